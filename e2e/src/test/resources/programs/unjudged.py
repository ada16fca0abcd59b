"""Sends what is no request that policy could judge, each on a connection of its own; prints for each the first line of every
answer, or that there was none, and after how many seconds the connection ended."""
import asyncio
import json
import sys
import time

ALLOWED = b"GET /allowed HTTP/1.1\r\nHost: x\r\n\r\n"
HOST = b"\r\nHost: x\r\n\r\n"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SHAPES = {
    "allowed": [ALLOWED],
    "silence": [],
    "one letter, then silence": [b"G"],
    "half a head, then silence": [b"GET /evil HTTP/1.1\r\nHost: x\r\n"],
    "HTTP/0.9": [b"GET /evil\r\n\r\n"],
    "HTTP/1.2": [b"GET /evil HTTP/1.2" + HOST],
    "HTTP/1.2, a byte at a time": [bytes([octet]) for octet in b"GET /evil HTTP/1.2" + HOST],
    "HTTP/1.10": [b"GET /evil HTTP/1.10" + HOST],
    "HTTP/01.1": [b"GET /evil HTTP/01.1" + HOST],
    "HTTP/2.0": [b"GET /evil HTTP/2.0" + HOST],
    "HTTP/3.0": [b"GET /evil HTTP/3.0" + HOST],
    "http/1.1": [b"GET /evil http/1.1" + HOST],
    "a method in lower case": [b"get /evil HTTP/1.1" + HOST],
    "RTSP/1.0": [b"OPTIONS /evil RTSP/1.0\r\nCSeq: 1\r\n\r\n"],
    "CONNECT": [b"CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n"],
    "TLS": [bytes.fromhex("16030100c8010000c40303") + bytes(190) + b"/evil\r\n\r\n"],
    "SSH": [b"SSH-2.0-evil\r\n\r\n"],
    "PROXY version 1": [b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET /evil HTTP/1.1" + HOST],
    "PROXY version 2": [b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0GET /evil HTTP/1.1" + HOST],
    "zeros": [bytes(70000) + b"\r\n\r\n/evil"],
    "a preface that breaks off": [b"PRI * HTTP/2.0\r\n\r\nGET /evil HTTP/1.1" + HOST],
    "a preface, then HTTP/1.1": [PREFACE + b"GET /evil HTTP/1.1" + HOST],
    "HTTP/1.2 behind an allowed request": [ALLOWED + b"GET /evil HTTP/1.2" + HOST],
    "TLS behind an allowed request": [ALLOWED, bytes.fromhex("16030100c8010000c40303") + bytes(190) + b"/evil"],
}


async def answers(writer, reader, pieces):
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    got = b""
    while data := await reader.read(65536):
        got += data
        if got.startswith(b"HTTP/1.1 200") and pieces == [ALLOWED]:
            break
    return got


async def one(pieces):
    begun = time.monotonic()
    reader, writer = await asyncio.open_connection(sys.argv[1], int(sys.argv[2]))
    got = b""
    try:
        got = await asyncio.wait_for(answers(writer, reader, pieces), 90)
        ended = True
    except asyncio.TimeoutError:
        ended = False
    except ConnectionError:
        ended = True
    lines = [line for line in got.decode("latin-1").split("\r\n") if line.startswith("HTTP/1.1 ")]
    return {"answers": lines, "ended": ended, "seconds": time.monotonic() - begun}


async def main():
    ran = await asyncio.gather(*(one(pieces) for pieces in SHAPES.values()))
    print(json.dumps(dict(zip(SHAPES, ran))))


asyncio.run(main())
