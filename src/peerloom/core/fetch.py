"""Reading an address that somebody gave us, without letting it reach into our own network.

The name is looked up once, every address it has must be public, and the connection goes to one of
those: a name that changes its mind between the check and the connection gains nothing. Redirects
are checked in the same way. Size and time have limits.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext as _

Resolve = Callable[[str, int], list[str]]
Public = Callable[[str], bool]

MOST_BYTES = 2_000_000
SECONDS = 10.0
REDIRECTS = 3


class FetchError(Exception):
    """What could not be read, and why, in words for people.

    Attributes
    ----------
    for_good
        Another try would end the same way.
    """

    def __init__(self, words: str, *, for_good: bool = False) -> None:
        super().__init__(words)
        self.for_good = for_good


def addresses_of(host: str, port: int) -> list[str]:
    """Addresses of a host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(_("There is no host '{host}'.").format(host=host)) from error
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """True for addresses of the public internet alone."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return inner.is_global
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            return ipaddress.ip_address(int(ip) & 0xFFFFFFFF).is_global
    return ip.is_global and not ip.is_multicast


def fetch(
    url: str,
    *,
    resolve: Resolve = addresses_of,
    public: Public = is_public,
    seconds: float = SECONDS,
    most: int = MOST_BYTES,
) -> bytes:
    """The body at an http or https address.

    Raises
    ------
    FetchError
        Not an address of the public internet, too large, too slow, or an answer other than 200.
    """
    ends = time.monotonic() + seconds
    for _hop in range(REDIRECTS + 1):
        body, onward = _ask(url, resolve, public, ends, most)
        if onward is None:
            return body
        url = urljoin(url, onward)
    raise FetchError(_("The address leads from one to the next without an end."))


def deliver_to(
    url: str,
    body: bytes,
    headers: dict[str, str],
    *,
    resolve: Resolve = addresses_of,
    public: Public = is_public,
    seconds: float = SECONDS,
) -> int:
    """Post to an http or https address; its answer's status. No redirect is followed.

    Raises
    ------
    FetchError
        Not an address of the public internet, unreachable, or too slow.
    """
    ends = time.monotonic() + seconds
    connection, path = _connect(url, resolve, public, ends)
    try:
        connection.request("POST", path, body=body, headers=headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        raise _unreached(error, ends) from error
    finally:
        connection.close()


def _ask(
    url: str, resolve: Resolve, public: Public, ends: float, most: int
) -> tuple[bytes, str | None]:
    """The body, or where the answer sends us."""
    connection, path = _connect(url.replace("webcal://", "https://", 1), resolve, public, ends)
    try:
        connection.request("GET", path, headers={"Accept": "text/calendar, */*"})
        answer = connection.getresponse()
        if answer.status in (301, 302, 303, 307, 308):
            return b"", answer.getheader("Location") or ""
        if answer.status != 200:
            raise FetchError(_("The address answered with {status}.").format(status=answer.status))
        return _read(answer, connection, ends, most), None
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        raise _unreached(error, ends) from error
    finally:
        connection.close()


def _connect(url: str, resolve: Resolve, public: Public, ends: float) -> tuple[_Pinned, str]:
    """A connection to a public address of the host, and the path to ask for."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(_("This is not an address."), for_good=True) from error
    if parts.scheme not in ("http", "https") or not host or parts.username:
        raise FetchError(
            _("The address has to begin with https:// and hold no password."), for_good=True
        )
    secure = parts.scheme == "https"
    port = port or (443 if secure else 80)
    found = resolve(host, port)
    if not found or not all(public(address) for address in found):
        raise FetchError(
            _("The address is not one of the public internet, so it was not read."), for_good=True
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Pinned(host, port, found[0], secure, ends), path


def _unreached(error: Exception, ends: float) -> FetchError:
    slow = isinstance(error, TimeoutError) or time.monotonic() > ends
    why = _("took too long to answer") if slow else _("could not be reached")
    return FetchError(_("The address {why}. Nothing was changed.").format(why=why))


def _read(answer: http.client.HTTPResponse, connection: _Pinned, ends: float, most: int) -> bytes:
    body = bytearray()
    while True:
        # One read gets what one packet brought, so that a trickle cannot keep us.
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)
        chunk = answer.read1(65536)
        if not chunk:
            return bytes(body)
        body += chunk
        if len(body) > most:
            raise FetchError(
                _("It is larger than {most} MB, so it was not read.").format(most=most // 1_000_000)
            )


class _Pinned(http.client.HTTPConnection):
    """A connection to one address of a host, under the host's name."""

    def __init__(self, host: str, port: int, address: str, secure: bool, ends: float) -> None:
        super().__init__(host, port, timeout=max(0.1, ends - time.monotonic()))
        self.address, self.secure = address, secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
