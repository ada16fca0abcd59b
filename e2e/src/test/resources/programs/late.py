"""Passes TCP connections on to another port of the same address, each piece of them late, and some of them very late.

late.py PORT TO_PORT LATEST: a piece is passed on after a tenth of LATEST seconds at least and LATEST at most; one in 50 takes
seconds, and what comes behind waits for it.
"""
import asyncio
import random
import socket
import sys

port, to_port, latest = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
PIECES = 64


def late():
    return random.uniform(1, 4) if random.random() < 0.02 else random.uniform(latest / 10, latest)


async def read(reader, pieces):
    loop = asyncio.get_running_loop()
    try:
        while piece := await reader.read(16384):
            await pieces.put((loop.time() + late(), piece))
    except OSError:
        pass
    await pieces.put((loop.time() + late(), b""))


async def write(pieces, writer):
    loop = asyncio.get_running_loop()
    try:
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(due - loop.time())
            if not piece:
                writer.write_eof()
                return
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass


async def carry(reader, writer):
    pieces = asyncio.Queue(PIECES)
    reading = asyncio.create_task(read(reader, pieces))
    await write(pieces, writer)
    reading.cancel()


async def serve(reader, writer):
    address = writer.get_extra_info("sockname")[0]
    try:
        await asyncio.sleep(late())
        far_reader, far_writer = await asyncio.open_connection(address, to_port)
    except OSError:
        writer.close()
        return
    try:
        await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))
    finally:
        writer.close()
        far_writer.close()


async def main():
    server = await asyncio.start_server(serve, "0.0.0.0", port, family=socket.AF_INET)
    print("listening", flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())
