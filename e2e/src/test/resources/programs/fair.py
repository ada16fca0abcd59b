"""Small requests beside a bulk download of the same pair: their times, and what the download got meanwhile."""
import http.client
import subprocess
import sys
import time

host, port, bulk, requests = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
LIMIT = 30

download = subprocess.Popen(
    ["curl", "-sS", "-o", "/dev/null", "-m", str(LIMIT), "-w", "%{size_download} %{time_starttransfer}",
     "http://%s:%d%s" % (host, port, bulk)],
    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
times, beside = [], 0
kept = http.client.HTTPConnection(host, port, timeout=LIMIT)
end = time.monotonic() + LIMIT - 2
for n in range(requests):
    if time.monotonic() > end:
        break
    # Every other one is a session of its own.
    connection = kept if n % 2 else http.client.HTTPConnection(host, port, timeout=LIMIT)
    begin = time.monotonic()
    connection.request("GET", "/")
    if b"hello" not in connection.getresponse().read():
        sys.exit("another answer")
    times.append(time.monotonic() - begin)
    if connection is not kept:
        connection.close()
    if download.poll() is None:
        beside += 1
if download.poll() is None:
    download.terminate() if beside == 0 else None
size, first = download.communicate()[0].split()
times.sort()
print("requests %d beside %d p50 %.3f p99 %.3f bulk %s" % (
    len(times), beside, times[len(times) // 2], times[int(len(times) * 0.99)], size), flush=True)
