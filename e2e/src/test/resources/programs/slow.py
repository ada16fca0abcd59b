"""Asks for a large body and reads some of it, waits for a line on standard input, then reads the rest and counts."""
import socket
import sys

connection = socket.create_connection((sys.argv[1], int(sys.argv[2])))
connection.sendall(f"GET {sys.argv[3]} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
count = len(connection.recv(65536))
print("waiting", flush=True)
sys.stdin.readline()
while data := connection.recv(1 << 20):
    count += len(data)
print(f"read {count}", flush=True)
