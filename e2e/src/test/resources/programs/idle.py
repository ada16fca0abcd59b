"""Opens N connections, proves each by an echo, holds them until a line on standard input, proves each again."""
import asyncio
import sys

host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


async def prove(connection, text):
    reader, writer = connection
    writer.write(text)
    await writer.drain()
    if await asyncio.wait_for(reader.readexactly(len(text)), 60) != text:
        raise SystemExit("another answer than the question")


async def main():
    connections = []
    for _ in range(count):
        connections.append(await asyncio.open_connection(host, port))
        await prove(connections[-1], b"hello")
    print(f"open {len(connections)}", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    for connection in connections:
        await prove(connection, b"still here")
    print(f"alive {len(connections)}", flush=True)


asyncio.run(main())
