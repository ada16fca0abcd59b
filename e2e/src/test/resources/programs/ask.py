"""Asks a web server over connections that stay: HOST PORT CONNECTIONS REQUESTS. Prints who answered, failures and times as JSON."""
import http.client
import json
import sys
import threading
import time

HOST, PORT, CONNECTIONS, REQUESTS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
times, answers, failed = [], {}, [0]
lock = threading.Lock()


def ask():
    connection = http.client.HTTPConnection(HOST, PORT, timeout=60)
    for _ in range(REQUESTS):
        began = time.monotonic()
        try:
            connection.request("GET", "/")
            response = connection.getresponse()
            body, status = response.read().decode(), response.status
        except OSError as error:
            connection.close()
            body, status = str(error), 0
        took = time.monotonic() - began
        with lock:
            times.append(took * 1000)
            answers[body] = answers.get(body, 0) + 1
            failed[0] += status != 200
    connection.close()


threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
times.sort()
print(json.dumps({
    "requests": len(times),
    "failed": failed[0],
    "answers": answers,
    "p50": round(times[len(times) // 2], 1),
    "p99": round(times[len(times) * 99 // 100], 1),
}))
