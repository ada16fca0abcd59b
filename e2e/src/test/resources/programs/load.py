"""Calls each target over and over: a new connection each time, and one that stays. Prints what came of it ten times a second.

A target is host:port, an echo server, or http://host:port, a web server whose front page is fetched. Before the targets comes
--patience=SECONDS, for how long an answer is waited for.
"""
import asyncio
import json
import sys

ERRORS = (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError)
PATIENCE = float(sys.argv[1].removeprefix("--patience="))
targets = {target: {"ok": 0, "failed": 0, "reason": "", "kept": 0, "broken": 0} for target in sys.argv[2:]}


async def connect(target):
    host, port = target.removeprefix("http://").rsplit(":", 1)
    return await asyncio.wait_for(asyncio.open_connection(host, int(port)), PATIENCE)


async def echo(reader, writer):
    writer.write(b"hello")
    if await asyncio.wait_for(reader.readexactly(5), PATIENCE) != b"hello":
        raise OSError("another answer")


async def fetch(reader, writer):
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode().lower()
    if not head.startswith("http/1.1 200 "):
        raise OSError("another answer: " + head.splitlines()[0])
    await asyncio.wait_for(reader.readexactly(int(head.split("content-length:")[1].split()[0])), PATIENCE)


def exchange(target):
    return fetch if target.startswith("http://") else echo


async def anew(target, seen):
    while True:
        try:
            reader, writer = await connect(target)
            try:
                await exchange(target)(reader, writer)
                seen["ok"] += 1
            finally:
                writer.close()
        except ERRORS as e:
            seen["failed"] += 1
            seen["reason"] = repr(e)
        await asyncio.sleep(0.02)


async def kept(target, seen):
    while True:
        try:
            reader, writer = await connect(target)
            try:
                while True:
                    await exchange(target)(reader, writer)
                    seen["kept"] += 1
                    await asyncio.sleep(0.1)
            finally:
                writer.close()
        except ERRORS:
            seen["broken"] += 1 if seen["kept"] else 0
            seen["kept"] = 0
        await asyncio.sleep(0.2)


async def main():
    for target, seen in targets.items():
        asyncio.create_task(anew(target, seen))
        asyncio.create_task(kept(target, seen))
    while True:
        print(json.dumps(targets), flush=True)
        await asyncio.sleep(0.1)


asyncio.run(main())
