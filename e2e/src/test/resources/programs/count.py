"""Reads each connection to its end, then answers with the number of bytes and their SHA-256, then closes."""
import hashlib
import socket
import sys
import threading


def serve(connection):
    digest, count = hashlib.sha256(), 0
    while data := connection.recv(65536):
        digest.update(data)
        count += len(data)
    connection.sendall(f"{count} {digest.hexdigest()}\n".encode())
    connection.close()


listener = socket.create_server(("::", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True, backlog=1024)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
