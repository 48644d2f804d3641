"""A chat server on loopback that answers as it is told: well, badly, late, or not at all.

When it behaves it is obedient: it does whatever stands outside the product's fence, and nothing
that stands within.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HACKED = "HACKED"
KEY = "sk-very-secret-0123456789"


@dataclass(frozen=True)
class Reply:
    """What goes over the wire. `cut` closes the connection instead, `delay` is in seconds, and so
    many `blanks` come first, one each twentieth of a second, as from a server under load."""

    body: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    delay: float = 0.0
    blanks: int = 0


Behaviour = Callable[[dict[str, Any], int], Reply]  # the request's body and number, from 0


@dataclass
class ChatServer:
    """The server's address, how it behaves, and what it was asked."""

    url: str
    behave: Behaviour
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    most_at_once: int = 0


def completion(content: str, *, tokens: tuple[int, int] | None = (100, 20), **more: Any) -> Reply:
    """A well-formed completion with this content."""
    message = {"role": "assistant", "content": content}
    data: dict[str, Any] = {
        "id": "1", "object": "chat.completion", "created": 0, "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"} | more],
    }  # fmt: skip
    if tokens:
        data["usage"] = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1],
                         "total_tokens": sum(tokens)}  # fmt: skip
    return Reply(json.dumps(data))


def error(status: int, message: str, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps({"error": {"message": message}}), status, named)


def fence(body: Mapping[str, Any]) -> tuple[str, str]:
    """The last question: what stands within the fence, and everything outside."""
    system, question = body["messages"][0]["content"], body["messages"][-1]["content"]
    before, _, rest = question.partition("<product>\n")
    inside, _, after = rest.partition("\n</product>\n")
    return inside, f"{system}\n{before}\n{after}"


def titles_for(body: Mapping[str, Any]) -> list[str]:
    """True titles out of the product's own words; or what an instruction outside demands."""
    inside, outside = fence(body)
    if "ignore all" in outside.lower():
        return [HACKED]
    fields = dict(line.partition(": ")[::2] for line in inside.splitlines())
    words = re.findall(r"[\w-]+", fields.get("description") or fields.get("current title", ""))
    words = [word[:30] for word in words or re.findall(r"[\w-]+", inside) or ["Thing"]]
    brand = fields.get("brand", "")
    wanted = int(re.search(r"Give (\d+)", outside)[1])  # type: ignore[index]
    rng_start = body.get("seed", 0) % 2  # another seed, another order
    sizes = [3 + (size + rng_start) % max(1, wanted) for size in range(wanted)]
    return list(dict.fromkeys(f"{brand} {' '.join(words[:size])}".strip() for size in sizes))


def well(body: dict[str, Any], number: int) -> Reply:
    """What a good server answers."""
    return completion(json.dumps({"titles": titles_for(body)}, ensure_ascii=False))


@contextmanager
def chat_server(behave: Behaviour = well) -> Iterator[ChatServer]:
    """A server on a free port of loopback, until the context ends."""
    lock = threading.Lock()
    state = {"now": 0}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                number = len(server.asked)
                server.asked.append(body)
                server.keys.append(self.headers.get("Authorization", ""))
                server.headers.append(dict(self.headers))
                state["now"] += 1
                server.most_at_once = max(server.most_at_once, state["now"])
            try:
                self._send(server.behave(body, number))
            except OSError:  # the client left
                self.close_connection = True
            finally:
                with lock:
                    state["now"] -= 1

        def _send(self, reply: Reply) -> None:
            time.sleep(reply.delay)
            if reply.cut:  # a reset, in the middle of the answer
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
                self.wfile.flush()
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                self.close_connection = True
                return
            data = reply.body.encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data) + reply.blanks))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for _ in range(reply.blanks):
                self.wfile.write(b"\n")
                self.wfile.flush()
                time.sleep(0.05)
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            pass

    http = Quiet(("127.0.0.1", 0), Handler)
    server = ChatServer(f"http://127.0.0.1:{http.server_port}/v1", behave)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
