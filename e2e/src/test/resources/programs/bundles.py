"""A bundle endpoint of the web that does as the file "mode" beside it says: good, huge, bad, wrong, or away."""
import os
import socket
import ssl
import sys

folder, port = sys.argv[1], int(sys.argv[2])


def read(name):
    with open(os.path.join(folder, name)) as file:
        return file.read().strip()


def context(name):
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(os.path.join(folder, name + ".pem"), os.path.join(folder, name + "-key.pem"))
    return made


def body(mode):
    if mode == "huge":
        return b'{"keys":[' + b" " * (8 << 20) + b"]}"
    return b'{"keys": "none"}' if mode == "bad" else read("bundle.json").encode()


good, wrong = context("tls"), context("wrong")
listener = socket.create_server(("", port))
while True:
    raw, _ = listener.accept()
    raw.settimeout(5)
    try:
        mode = read("mode")
        if mode == "away":
            raw.close()
            continue
        with (wrong if mode == "wrong" else good).wrap_socket(raw, server_side=True) as client:
            client.recv(65536)
            answer = body(mode)
            head = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(answer)
            client.sendall(head.encode() + answer)
    except OSError:
        raw.close()
