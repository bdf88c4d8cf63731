"""What tools have done, in a file that outlives whoever called them; and a server before it."""

import http.client
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

Effect = tuple[str, str]
"""The key under which a tool was called, and the tool."""


def append(path: Path, key: str, tool: str) -> None:
    """Have an effect: one write to the end of the file, which a kill does not split."""
    line = json.dumps([key, tool]) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, line.encode())
    os.close(handle)


def read(path: Path) -> list[Effect]:
    """Every effect, in order."""
    if not path.exists():
        return []
    return [(key, tool) for key, tool in map(json.loads, path.read_text().splitlines())]


class Tools(BaseHTTPRequestHandler):
    """POST has an effect, each time; GET tells whether a key had one. One request at a time."""

    def do_POST(self) -> None:
        """Take home, key and tool."""
        home, key, tool = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        append(Path(home), key, tool)
        self._answer(f"{tool} done")

    def do_GET(self) -> None:
        """Take home and key."""
        home, key = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(key in {done for done, _ in read(Path(home))})

    def _answer(self, what: object) -> None:
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def asked(port: int, method: str, *parts: str) -> object:
    """What the server says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, "/", json.dumps(parts))
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


if __name__ == "__main__":
    with HTTPServer(("127.0.0.1", 0), Tools) as server:
        print(server.server_port, flush=True)
        sys.stdin.close()
        server.serve_forever()
