"""An HTTP/1.1 server that is fast, slow (three tenths of a second for each request) or failing (500 to each): PORT KIND."""
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KIND = sys.argv[2]


class Replica(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self):
        if KIND == "slow":
            time.sleep(0.3)
        body = KIND.encode()
        self.send_response(500 if KIND == "failing" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


Server(("", int(sys.argv[1])), Replica).serve_forever()
