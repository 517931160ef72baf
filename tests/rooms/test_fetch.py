"""Reading a given address: the public internet alone, within size and time. Real sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from peerloom.core.fetch import FetchError, addresses_of, fetch, is_public


@contextmanager
def server(answer: Callable[[socket.socket, str], None]) -> Iterator[int]:
    """A server on this machine that gives `answer` the connection and the path asked for."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                path = connection.recv(4096).decode("latin-1").split(" ")[1]
                try:
                    answer(connection, path)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


def here(_: str) -> bool:
    return True


def said(connection: socket.socket, body: bytes, status: str = "200 OK", more: str = "") -> None:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    connection.sendall(head.encode() + body)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "169.254.169.254", "0.0.0.0", "::1",
     "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
     "224.0.0.1", "100.64.0.1", "::"],
)  # fmt: skip
def test_addresses_of_our_own_network_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "http://localhost/x", "https://[::1]/", "http://0x7f.1/",
     "http://2130706433/", "http://169.254.169.254/latest/meta-data"],
)  # fmt: skip
def test_an_address_of_our_own_network_is_not_read(url: str) -> None:
    with pytest.raises(FetchError):
        fetch(url)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/x", "gopher://x", "https://", "https://a:b@c.org/",
     "http://[", "http://x:99999/", "javascript:alert(1)", ""],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(FetchError, match="address"):
        fetch(url)


def test_a_body_is_read_and_a_redirect_followed() -> None:
    def answer(connection: socket.socket, path: str) -> None:
        if path == "/old":
            said(connection, b"", "302 Found", "Location: /new?a=b\r\n")
        else:
            said(connection, path.encode())

    with server(answer) as port:
        assert fetch(f"http://127.0.0.1:{port}/old", public=here) == b"/new?a=b"


def test_a_redirect_into_our_own_network_is_refused() -> None:
    asked = []
    addresses = {"outside.example": ["127.0.0.1"], "inside.example": ["10.0.0.1"]}

    def answer(connection: socket.socket, path: str) -> None:
        asked.append(path)
        said(connection, b"", "302 Found", "Location: http://inside.example/secret\r\n")

    # The first host stands for one of the internet.
    with server(answer) as port, pytest.raises(FetchError, match="public internet"):
        fetch(
            f"http://outside.example:{port}/",
            resolve=lambda host, _: addresses[host],
            public=lambda address: address == "127.0.0.1",
        )

    assert asked == ["/"]


def test_one_private_address_among_several_is_enough_to_refuse() -> None:
    with pytest.raises(FetchError, match="public internet"):
        fetch("http://both.example/", resolve=lambda h, p: ["9.9.9.9", "127.0.0.1"])


def test_an_endless_redirect_ends() -> None:
    with (
        server(lambda c, p: said(c, b"", "302 Found", "Location: /again\r\n")) as port,
        pytest.raises(FetchError, match="without an end"),
    ):
        fetch(f"http://127.0.0.1:{port}/", public=here)


def test_a_huge_body_is_not_read_to_its_end() -> None:
    with (
        server(lambda c, p: said(c, b"x" * 300_000)) as port,
        pytest.raises(FetchError, match="larger"),
    ):
        fetch(f"http://127.0.0.1:{port}/", public=here, most=100_000)


def test_a_trickle_does_not_keep_us() -> None:
    stop = threading.Event()

    def answer(connection: socket.socket, path: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not stop.wait(0.05):
            connection.sendall(b"x")

    with server(answer) as port, pytest.raises(FetchError, match="too long"):
        fetch(f"http://127.0.0.1:{port}/", public=here, seconds=0.6)
    stop.set()


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "401 Unauthorized"])
def test_another_answer_is_named(status: str) -> None:
    with (
        server(lambda c, p: said(c, b"", status)) as port,
        pytest.raises(FetchError, match=status[:3]),
    ):
        fetch(f"http://127.0.0.1:{port}/", public=here)


def test_a_host_that_is_not_there_is_named() -> None:
    with pytest.raises(FetchError, match=r"no host 'nowhere\.invalid'"):
        addresses_of("nowhere.invalid", 80)
