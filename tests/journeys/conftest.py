"""A real browser, its accessibility checker, and a server to visit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import FLAGS, on_path

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
SHOTS = os.environ.get("PEERLOOM_SCREENSHOTS", "")


@pytest.fixture(scope="session")
def own_browser() -> Iterator[Browser]:
    if os.environ.get("PEERLOOM_NO_BROWSER") == "1":
        pytest.skip("PEERLOOM_NO_BROWSER=1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=on_path() or None, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(own_browser: Browser, live_server: Any, settings: Any) -> Iterator[Callable[..., Page]]:
    """Opens a page of the server in a fresh browser profile; script errors fail the test."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    contexts, errors = [], []

    def open_page(
        path: str = "/", *, width: int = 1280, scheme: Any = "light", language: str = "en"
    ) -> Page:
        context = own_browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            locale=language,
            base_url=live_server.url.replace("127.0.0.1", "localhost"),
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console", lambda m: errors.append(m.text) if "Content Security" in m.text else None
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


OPENED = """() => {
  document.querySelectorAll("details").forEach((d) => { d.open = true; });
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  return ids.filter((id, k) => ids.indexOf(id) !== k);
}"""


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fails when axe finds anything, two things have one name in the page, or it is too wide.

    What is folded away is opened: somebody will.
    """

    def check(page: Page) -> None:
        # Through the debugger, as the pages allow no script but their own.
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": AXE})
        twice = page.evaluate(OPENED)
        assert twice == [], page.url
        found = page.evaluate(
            "rules => axe.run({runOnly: rules}).then(r => ({passes: r.passes.length, bad:"
            " r.violations.map(v => v.id + ' ' + v.nodes.map(n => n.target).join(' '))}))",
            RULES,
        )
        assert found["passes"] > 5
        assert found["bad"] == [], page.url
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, page.url

    return check
