"""A receiver of what is sent to other systems."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Receiver:
    """A small real HTTP server that keeps what it is given and answers as it is told.

    Attributes
    ----------
    answers
        Its next answers, then `always`.
    """

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.always = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    # Whoever sent it ended in the middle.
                    return
                receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else receiver.always)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.address}/hook"

    def bodies(self) -> list[Any]:
        """What it was given, read."""
        return [json.loads(body) for _, body in self.got]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """One that the server's admin lets through."""
    found = Receiver()
    thread = threading.Thread(target=found.server.serve_forever, daemon=True)
    thread.start()
    settings.HOOK_HOSTS = [found.address]
    yield found
    found.server.shutdown()
