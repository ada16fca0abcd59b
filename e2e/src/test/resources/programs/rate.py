"""Opens connections at a fixed rate for some seconds, each with one echo, and counts what failed."""
import asyncio
import sys
import time

host, port, rate, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
failed = []


async def one():
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), 30)
        writer.write(b"hello")
        if await asyncio.wait_for(reader.readexactly(5), 30) != b"hello":
            failed.append("another answer")
        writer.close()
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError) as e:
        failed.append(repr(e))


async def main():
    start, tasks = time.monotonic(), []
    total = int(rate * seconds)
    for n in range(total):
        wait = start + n / rate - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one()))
    await asyncio.gather(*tasks)
    took = time.monotonic() - start
    print(f"connections {total} failed {len(failed)} seconds {took:.2f} {failed[:3]}", flush=True)


asyncio.run(main())
