"""Questions for names under capture rules.

Usage: names.py RULES-FILE, in a network namespace of its own. The rules capture what is sent to 127.0.0.53, 10.9.0.53 and
fd09::53.
"""

import contextlib
import socket
import subprocess
import sys
import threading

MARK = 0x1056
SECONDS = 2


def run(*command):
    subprocess.run(command, check=True)


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def serve(address, kind, mark, word):
    """Says the word, whatever it is asked."""
    server = socket.socket(family(address), kind)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if mark:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark)
    server.bind((address, 15053))
    if kind == socket.SOCK_STREAM:
        server.listen()  # before anybody asks, or ends it

    def datagrams():
        while True:
            try:
                _, client = server.recvfrom(512)
                server.sendto(word, client)
            except OSError:
                return

    def streams():
        while True:
            try:
                connection, _ = server.accept()
                connection.recv(512)
                connection.sendall(word)
                connection.close()
            except OSError:
                return

    threading.Thread(target=datagrams if kind == socket.SOCK_DGRAM else streams, daemon=True).start()
    return server


def ask(name, kind, address, mark=0):
    client = socket.socket(family(address), kind)
    client.settimeout(SECONDS)
    if mark:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark)
    try:
        client.connect((address, 53))  # so that an answer of another address is not taken
        client.sendall(b"question")
        said = client.recv(512).decode()
        print(name, said or "nothing")
    except ConnectionError:
        print(name, "refused")
    except OSError as e:
        print(name, "nothing", type(e).__name__)
    client.close()


KINDS = {"UDP": socket.SOCK_DGRAM, "TCP": socket.SOCK_STREAM}

run("ip", "link", "set", "lo", "up")
run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "peer0")
run("ip", "addr", "add", "10.9.0.2/24", "dev", "eth0")
run("ip", "addr", "add", "fd09::2/64", "dev", "eth0", "nodad")
run("ip", "link", "set", "eth0", "up")
run("ip", "link", "set", "peer0", "up")
run("nft", "-f", sys.argv[1])
for name, kind in KINDS.items():
    ask("nobody " + name, kind, "127.0.0.53")
for name, kind in KINDS.items():
    server = serve("127.0.0.1", kind, 0, b"stranger")
    ask("another program " + name, kind, "127.0.0.53")
    if kind == socket.SOCK_STREAM:
        with contextlib.suppress(OSError):  # whoever accepts may have ended it
            server.shutdown(socket.SHUT_RDWR)
    server.close()
for name, kind in KINDS.items():
    serve("127.0.0.1", kind, MARK, b"sidecar")
    serve("::1", kind, MARK, b"sidecar")
    for address in "127.0.0.53", "10.9.0.53", "fd09::53":
        ask(f"{name} {address}", kind, address)
ask("UDP other", socket.SOCK_DGRAM, "10.9.0.54")
ask("UDP own", socket.SOCK_DGRAM, "10.9.0.53", MARK)
