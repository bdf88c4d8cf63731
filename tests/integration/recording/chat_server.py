"""A chat completion server on loopback that answers from a script, whole or as a stream."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}


class ChatServer(ThreadingHTTPServer):
    """A reply is a text, a tool call as (name, arguments), or an HTTP status that fails."""

    daemon_threads = True

    def __init__(self, replies):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies = list(replies)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_args):
        """Keep the tests' output clean."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        reply = self.server.replies.pop(0)
        if isinstance(reply, int):
            told = f"no, {self.headers['authorization']}"
            self._send(reply, "application/json", json.dumps({"error": {"message": told}}))
        elif body.get("stream"):
            events = "".join(f"data: {json.dumps(event)}\n\n" for event in pieces(reply))
            self._send(200, "text/event-stream", f"{events}data: [DONE]\n\n")
        else:
            self._send(200, "application/json", json.dumps(whole(reply)))

    def _send(self, status, kind, text):
        data = text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def whole(reply):
    message, finish = _message(reply)
    return _envelope(choices=[{"index": 0, "message": message, "finish_reason": finish}])


def pieces(reply):
    message, finish = _message(reply)
    for delta in _deltas(message):
        yield _envelope(choices=[{"index": 0, "delta": delta}], usage=None)
    yield _envelope(choices=[{"index": 0, "delta": {}, "finish_reason": finish}], usage=None)
    yield _envelope(choices=[])


def _envelope(**fields):
    common = {"id": "x", "object": "chat.completion", "created": 1, "model": "m-1"}
    return {**common, "usage": USAGE, **fields}


def _message(reply):
    if isinstance(reply, str):
        return {"role": "assistant", "content": reply}, "stop"
    function = {"name": reply[0], "arguments": json.dumps(reply[1])}
    call = {"id": "call_1", "type": "function", "function": function}
    return {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"


def _deltas(message):
    for call in message.get("tool_calls", ()):
        text = call["function"]["arguments"]
        head = {**call, "index": 0, "function": {**call["function"], "arguments": ""}}
        yield {"role": "assistant", "tool_calls": [head]}
        for at in range(0, len(text), 3):
            yield {"tool_calls": [{"index": 0, "function": {"arguments": text[at : at + 3]}}]}
    for letter in message["content"] or "":
        yield {"content": letter}


@contextmanager
def serving(*replies):
    server = ChatServer(replies)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
