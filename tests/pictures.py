"""Pictures for README and the guides, of the demo: ``python -m tests.pictures [name ...]``.

Each is reached by the words that a reader of the guide would click, so that a picture of a page that
moved fails rather than showing another.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import FLAGS, on_path

FOLDER = Path(__file__).parents[1] / "docs/pictures"
DESKTOP, PHONE = 1280, 390
PATIENCE = 300  # seconds for the demo to be built


@dataclass(frozen=True)
class Picture:
    """A page of the demo.

    Attributes
    ----------
    role
        Who looks, by the demo's own buttons.
    clicks
        Links and buttons on the way, from the person's first page, by their names.
    height
        Of the picture, in pixels; the window's width is `width`.
    """

    role: str
    clicks: tuple[str, ...]
    width: int = DESKTOP
    height: int = 700


PICTURES = {
    "overview": Picture("manager", ("Learning across teams",), height=620),
    "new-program": Picture("manager", ("New program",), height=760),
    "reach": Picture("manager", ("New to leading", "Reach"), height=640),
    "policy": Picture("manager", ("Across the harbour", "Policy"), height=860),
    "round": Picture("manager", ("Across the harbour", "Matching", "Round 1"), height=760),
    "care": Picture("manager", ("Learning across teams", "Care"), height=560),
    "safeguards": Picture(
        "manager", ("New to leading", "Care", "Safeguards and words"), height=780
    ),
    "pulses": Picture(
        "manager", ("New to leading", "What peers get", "What we ask: pulses"), height=760
    ),
    "results": Picture("manager", ("New to leading", "Results"), height=960),
    "organisations": Picture("manager", ("Across the harbour", "Organisations"), height=760),
    "home": Picture("participant", (), PHONE, 780),
    "partnership": Picture("participant", ("Open",), PHONE, 780),
    "meeting": Picture("participant", ("Open", "Open the meeting"), PHONE, 860),
    "check-in": Picture("participant", ("Open", "Last meeting", "Change it"), PHONE, 780),
    "hats": Picture("participant", ("Open", "How are our hats?"), PHONE, 860),
    "not-working": Picture("participant", ("Open", "Something is not working"), PHONE, 780),
    "journey": Picture("participant", ("My journey",), PHONE, 780),
    "roles": Picture("admin", ("People and roles",), height=620),
    "log": Picture("admin", ("People and roles", "Log"), height=620),
    "webhooks": Picture("admin", ("People and roles", "Webhooks"), height=620),
}


@contextmanager
def demo() -> Iterator[str]:
    """A demo of its own, until it is no longer needed; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = [Path(sys.executable).with_name("peerloom"), "demo", "--data", folder]
        server = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL)
        try:
            _wait(address, server)
            yield address
        finally:
            server.terminate()
            server.wait()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health/"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(1)
    raise SystemExit("The demo did not start.")


def taken(browser: Browser, address: str, picture: Picture) -> bytes:
    """The picture as a PNG."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        base_url=address,
        locale="en",
        timezone_id="UTC",
    )
    page = context.new_page()
    page.goto("/account/login/")
    role = {"admin": "Admin", "manager": "Manager", "participant": "Participant"}[picture.role]
    page.get_by_role("button", name=role, exact=True).click()
    for name in picture.clicks:
        _click(page, name)
    page.wait_for_load_state("networkidle")
    picture_of = page.screenshot()
    context.close()
    return picture_of


def _click(page: Page, name: str) -> None:
    link = page.get_by_role("link", name=name, exact=True)
    button = page.get_by_role("button", name=name, exact=True)
    link.or_(button).first.click()


def main() -> None:
    """Take all, or those that are named."""
    chosen = sys.argv[1:] or list(PICTURES)
    FOLDER.mkdir(exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=on_path() or None, args=FLAGS)
        for name in chosen:
            (FOLDER / f"{name}.png").write_bytes(taken(browser, address, PICTURES[name]))
            print(f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
