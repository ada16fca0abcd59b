"""Load for the soak: keeps one connection for good and makes a new one 20 times a second; prints a line for each second.

Usage: soak.py HOST PORT. The server says everything back.
"""
import socket
import sys
import time

BLOCK = b"x" * 1024


def exchange(connection):
    connection.sendall(BLOCK)
    got = 0
    while got < len(BLOCK):
        data = connection.recv(65536)
        if not data:
            raise OSError("ended")
        got += len(data)


def main(host, port):
    kept = socket.create_connection((host, port), timeout=30)
    done = errors = 0
    second = time.monotonic()
    while True:
        try:
            exchange(kept)
        except OSError as error:
            print("lost the long connection:", error, flush=True)
            sys.exit(1)
        try:
            with socket.create_connection((host, port), timeout=30) as connection:
                exchange(connection)
            done += 1
        except OSError as error:
            errors += 1
            print("error:", error, flush=True)
        if time.monotonic() - second >= 1:
            print("done", done, "errors", errors, flush=True)
            second = time.monotonic()
        time.sleep(0.05)


main(sys.argv[1], int(sys.argv[2]))
