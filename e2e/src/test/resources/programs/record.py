"""An HTTP server that answers every head with 200, and writes all bytes that reach it to a file, as they come."""
import asyncio
import sys


async def serve(reader, writer):
    head = b""
    try:
        while data := await reader.read(65536):
            with open(sys.argv[2], "ab") as record:
                record.write(data)
            head += data
            while b"\r\n\r\n" in head:
                head = head.split(b"\r\n\r\n", 1)[1]
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        writer.close()
    except ConnectionError:
        pass


async def main():
    server = await asyncio.start_server(serve, "0.0.0.0", int(sys.argv[1]))
    async with server:
        await server.serve_forever()


asyncio.run(main())
