"""Asks a web server over one connection, which stays, until another server answers: HOST PORT. Fails if a request does."""
import http.client
import sys
import time

connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]), timeout=30)
connections, own, first, answer = 0, None, "", ""
while answer == first:
    connection.request("GET", "/")
    if connection.sock is not own:
        own, connections = connection.sock, connections + 1
    response = connection.getresponse()
    answer = response.read().decode()
    if response.status != 200:
        sys.exit(f"{response.status}: {answer}")
    if not first:
        first = answer
        print(first, flush=True)
    time.sleep(0.05)
print(f"{answer} over connection {connections}", flush=True)
