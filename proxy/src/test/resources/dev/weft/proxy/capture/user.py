"""A sidecar that the rules know by its user, beside an application of another user and a neighbour.

Usage: user.py TASK RULES-FILE, as root in a network namespace of its own.
"""

import codecs
import ctypes
import os
import socket
import subprocess
import sys
import threading

import neighbours
from neighbours import HERE, THERE, Peer, attempt, listen, run, say

SIDECAR, OTHER = 1056, 1057
libc = ctypes.CDLL(None)
codecs.lookup("idna")  # getaddrinfo imports it, and other users may be unable to read it


def as_user(user, task, *arguments):
    """Runs it in a thread of its own: the user that the kernel asks a socket for is that of the thread which made it."""
    result = []

    def work():
        libc.setfsuid(user)
        result.append(task(*arguments))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join()
    return result[0]


def serve(user, address, port, name):
    """Says its name to a connection's first byte, and ends at the second."""

    def answer(connection):
        try:
            connection.recv(100)
            connection.sendall(name.encode())
            connection.recv(100)
        except OSError:
            pass
        connection.close()

    def accept():
        libc.setfsuid(user)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        server = socket.socket(family)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((address, port))
        server.listen()
        servers.append(server)
        listening.set()
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    servers, listening = [], threading.Event()
    threading.Thread(target=accept, daemon=True).start()
    listening.wait()
    return servers[0]


def sidecar(user=SIDECAR):
    return [
        serve(user, "127.0.0.1", 15001, "outbound"),
        serve(user, "::1", 15001, "outbound"),
        serve(user, "0.0.0.0", 15006, "inbound"),
        serve(user, "0.0.0.0", 15008, "tunnel"),
    ]


def captured(other, rules):
    """Whom each connection reaches."""
    run("nft", "-f", rules)
    sidecar()
    serve(OTHER, HERE, 8080, "application")
    serve(OTHER, HERE, 22, "application")
    print("application out IPv4", as_user(OTHER, attempt, THERE, 7000))
    print("application out IPv6", as_user(OTHER, attempt, "fd00:9::9", 7000))
    print("root out", attempt(THERE, 7000))
    print("skipped out", as_user(OTHER, attempt, THERE, 53))
    print("sidecar out IPv4", as_user(SIDECAR, attempt, THERE, 7000))
    print("sidecar out IPv6", as_user(SIDECAR, attempt, "fd00:9::9", 7000))
    print("sidecar to application", as_user(SIDECAR, attempt, HERE, 8080))
    print("application to itself", as_user(OTHER, attempt, HERE, 8080))
    for name, port in (("application", 8080), ("tunnel", 15008), ("sidecar", 15001), ("skipped", 22)):
        print(name, "in", other.says(port), "then", other.says(port))


def cookies(other, rules):
    """The same, while the kernel keeps no state of connections that begin."""
    with open("/proc/sys/net/ipv4/tcp_syncookies", "w") as switch:
        switch.write("2")
    captured(other, rules)


def squatted(other, rules):
    """Another user listens where the sidecar would, then the sidecar."""
    neighbours.SECONDS = 1
    run("nft", "-f", rules)
    print("nobody out", as_user(OTHER, attempt, THERE, 7000))
    servers = sidecar(OTHER)
    print("another out IPv4", as_user(OTHER, attempt, THERE, 7000))
    print("another out IPv6", as_user(OTHER, attempt, "fd00:9::9", 7000))
    print("another tunnel", other.says(15008))
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
    sidecar()
    print("sidecar out IPv4", as_user(OTHER, attempt, THERE, 7000))
    print("sidecar tunnel", other.says(15008))


def older(other, rules):
    """Connections that are older than the rules."""
    listen(HERE, 8080)
    listen(HERE, 22)
    mine = {"application out": neighbours.dial(THERE, 7000), "skipped out": neighbours.dial(THERE, 53)}
    theirs = {"application in": 8080, "skipped in": 22}
    for when in ("before:", "after:"):
        for name, port in theirs.items():
            print(when, name, other.says(port))
        for name, client in mine.items():
            print(when, name, say(client))
        run("nft", "-f", rules)


def init(other, rules):
    """The program of a pod's first container: with the capability, without, and again."""
    command = sys.argv[3:]
    print("first", subprocess.run(command, capture_output=True, text=True))
    print("again", subprocess.run(command, capture_output=True, text=True))
    print("table", subprocess.run(["nft", "list", "table", "inet", "weft"], capture_output=True, text=True).stdout)
    run("nft", "delete", "table", "inet", "weft")
    unable = ["setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin", *command]
    print("unable", subprocess.run(unable, capture_output=True, text=True))


if __name__ == "__main__":
    neighbour = Peer()
    try:
        globals()[sys.argv[1]](neighbour, sys.argv[2])
    finally:
        neighbour.close()
    sys.stdout.flush()
    os._exit(0)
