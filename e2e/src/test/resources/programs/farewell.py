"""Ends its own sending first, then goes on reading, and says on standard output what it has read."""
import socket
import sys

listener = socket.create_server(("0.0.0.0", int(sys.argv[1])))
while True:
    connection, _ = listener.accept()
    connection.sendall(b"bye\n")
    connection.shutdown(socket.SHUT_WR)
    read = b""
    while data := connection.recv(65536):
        read += data
    print("after my end: " + read.decode().strip(), flush=True)
    connection.close()
