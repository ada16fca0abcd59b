"""Two network namespaces that are neighbours: this one, where capture rules are loaded, and that of a peer.

Usage: neighbours.py TASK RULES-FILE, in a network namespace of its own.
"""

import errno
import os
import socket
import subprocess
import sys
import threading

HERE, THERE, FAR = "10.9.0.2", "10.9.0.9", "10.8.0.9"
MARK = 0x1056
SECONDS = 5


def run(*command):
    subprocess.run(command, check=True)


def listen(address, port, mark=0):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    server = socket.socket(family)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if mark:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark)
    server.bind((address, port))
    server.listen()

    def serve():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=echo, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return server


def echo(connection):
    try:
        while data := connection.recv(100):
            connection.sendall(data)
    except OSError:
        pass


def dial(address, port, mark=0, interface=None):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    client = socket.socket(family)
    client.settimeout(SECONDS)
    if mark:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark)
    if interface:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    client.connect(socket.getaddrinfo(address, port, family, socket.SOCK_STREAM)[0][4])
    return client


def say(client):
    """What becomes of a byte that is to be said back; what is said in its place, if something is."""
    try:
        client.sendall(b"x")
        answer = client.recv(100)
        return "lives" if answer == b"x" else answer.decode() or "ended"
    except TimeoutError:
        return "hangs"
    except OSError:
        return "ended"


def listen_udp(address, port):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, port))

    def serve():
        while True:
            data, sender = server.recvfrom(100)
            server.sendto(data, sender)

    threading.Thread(target=serve, daemon=True).start()


def dial_udp(address, port):
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(1)
    client.connect((address, port))
    return client


def attempt(*destination, **how):
    try:
        client = dial(*destination, **how)
    except TimeoutError:
        return "hangs"
    except OSError as e:
        return errno.errorcode[e.errno]
    return say(client)


def peer():
    """The other namespace: says things back, and does what it is told on standard input."""
    for port in (7000, 53):
        listen("0.0.0.0", port)
        listen("fd00:9::9", port)
    listen_udp("0.0.0.0", 7000)
    print("ready", flush=True)
    dialled = {}
    for line in sys.stdin:
        try:
            if line not in dialled:
                protocol, address, port = line.split()
                dialled[line] = {"tcp": dial, "udp": dial_udp}[protocol](address, int(port))
            print(say(dialled[line]), flush=True)
        except TimeoutError:
            print("hangs", flush=True)
        except OSError as e:
            print(errno.errorcode[e.errno], flush=True)


class Peer:
    def __init__(self):
        holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo up; exec sleep 60"], stdout=subprocess.PIPE)
        holder.stdout.readline()
        pid = str(holder.pid)
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "peer0", "netns", pid)
        there = ["nsenter", "--target", pid, "--net"]
        for prefix, name, four, six in (([], "eth0", HERE, "fd00:9::2"), (there, "peer0", THERE, "fd00:9::9")):
            run(*prefix, "ip", "addr", "add", four + "/24", "dev", name)
            run(*prefix, "ip", "addr", "add", six + "/64", "dev", name, "nodad")
            run(*prefix, "ip", "link", "set", name, "up")
        self.holder = holder
        self.agent = subprocess.Popen(
            [*there, sys.executable, __file__, "peer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.agent.stdout.readline()

    def says(self, port, protocol="tcp", address=HERE):
        """Over its connection to a port, here unless said otherwise, the same each time."""
        self.agent.stdin.write(f"{protocol} {address} {port}\n")
        self.agent.stdin.flush()
        return self.agent.stdout.readline().strip()

    def close(self):
        self.agent.kill()
        self.holder.kill()


def older(other, rules):
    """Connections that are older than the rules."""
    listen(HERE, 8080)
    listen(HERE, 22)
    listen(HERE, 15008, MARK)
    mine = {
        "application out": dial(THERE, 7000),
        "sidecar out": dial(THERE, 7000, MARK),
        "skipped out": dial(THERE, 53),
    }
    theirs = {"application in": 8080, "sidecar in": 15008, "skipped in": 22}

    def look(when):
        for name, port in theirs.items():
            print(when, name, other.says(port))
        for name, client in mine.items():
            print(when, name, say(client))

    look("before:")
    run("nft", "-f", rules)
    look("after:")


def tracked(other, rules):
    """The same, where the kernel has followed connections before."""
    table = "table inet other { chain c { type filter hook input priority 0; ct state new counter; }; }"
    run("nft", table)
    older(other, rules)


def squatted(other, rules):
    """Somebody else listens where the sidecar would, then the sidecar."""
    run("nft", "-f", rules)
    for name, mark in (("another", 0), ("sidecar", MARK)):
        servers = [listen("127.0.0.1", 15001, mark), listen("::1", 15001, mark)]
        print(name, "IPv4", attempt(THERE, 7000))
        print(name, "IPv6", attempt("fd00:9::9", 7000))
        for server in servers:
            server.shutdown(socket.SHUT_RDWR)
            server.close()


def again(other, rules):
    """A port is used again while the sidecar's side of its last connection waits for stray packets."""
    run("nft", "-f", rules)
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, MARK)
    server.bind(("127.0.0.1", 15001))
    server.listen()
    for name in ("first", "again"):
        client = socket.socket()
        client.settimeout(SECONDS)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.bind((HERE, 40000))
        try:
            client.connect((THERE, 7000))
            connection, _ = server.accept()
            connection.close()
            print(name, "lives" if client.recv(1) == b"" else "has bytes")
        except OSError as e:
            print(name, errno.errorcode.get(e.errno, "hangs"))
        client.close()


def datagrams(other, rules):
    """UDP of the peer, to ports that are declared, left alone, or neither; and answers."""
    for port in (53, 22, 9999, 9998):
        listen_udp(HERE, port)
    listen(HERE, 15008, MARK)
    run("nft", "table inet other { chain c { type filter hook input priority 0; ct state new counter; }; }")
    print("before: undeclared", other.says(9999, "udp"))
    run("nft", "-f", rules)
    print("declared", other.says(53, "udp"))
    print("skipped", other.says(22, "udp"))
    print("undeclared", other.says(9998, "udp"))
    print("older", other.says(9999, "udp"))
    print("answer", say(dial_udp(THERE, 7000)))
    print("tunnel", other.says(15008))


def forwarded(other, rules):
    """Connections of the peer to a third namespace, which this one passes on, beside one to this one."""
    holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo up; exec sleep 60"], stdout=subprocess.PIPE)
    holder.stdout.readline()
    there = ["nsenter", "--target", str(holder.pid), "--net"]
    run("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "far0", "netns", str(holder.pid))
    for prefix, name, address in (([], "eth1", "10.8.0.2/24"), (there, "far0", FAR + "/24")):
        run(*prefix, "ip", "addr", "add", address, "dev", name)
        run(*prefix, "ip", "link", "set", name, "up")
    run(*there, "ip", "route", "add", "default", "via", "10.8.0.2")
    run("nsenter", "--target", str(other.holder.pid), "--net", "ip", "route", "add", FAR, "via", HERE)
    with open("/proc/sys/net/ipv4/ip_forward", "w") as switch:
        switch.write("1")
    agent = subprocess.Popen([*there, sys.executable, __file__, "far"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    agent.stdout.readline()
    listen(HERE, 8080)
    run("nft", "-f", rules)
    print("forwarded", other.says(7000, address=FAR))
    print("own", other.says(8080))
    agent.kill()
    holder.kill()


def far():
    """The third namespace: says things back."""
    listen(FAR, 7000)
    print("ready", flush=True)
    sys.stdin.read()


def bound(other, rules):
    """Connections that are bound to an interface, beside one that is not."""
    run("nft", "-f", rules)
    servers = [listen("127.0.0.1", 15001, MARK), listen("::1", 15001, MARK)]
    print("unbound", attempt(THERE, 7000))
    print("link-local", attempt("fe80::1%eth0", 7000))
    print("without a gateway", attempt(THERE, 7000, interface="eth0"))
    run("ip", "route", "add", "default", "via", THERE)
    run("ip", "-6", "route", "add", "default", "via", "fd00:9::9")
    print("IPv4", attempt(THERE, 7000, interface="eth0"))
    print("IPv6", attempt("fd00:9::9", 7000, interface="eth0"))
    print("unbound", attempt(THERE, 7000))


if __name__ == "__main__":
    if sys.argv[1] in ("peer", "far"):
        globals()[sys.argv[1]]()
    else:
        neighbour = Peer()
        try:
            globals()[sys.argv[1]](neighbour, sys.argv[2])
        finally:
            neighbour.close()
        sys.stdout.flush()
        os._exit(0)
