"""Pages to print: Typst documents set with somebody's words, as PDF or SVG.

Words are handed over as data, never as markup, so nothing that people write can run.
"""

from __future__ import annotations

import io
import json
from importlib import resources
from typing import Any, Literal

import segno
import typst


def qr_svg(address: str) -> str:
    """A QR code of an address, readable where a quarter of it is hidden."""
    code = segno.make(address, error="q", micro=False)
    out = io.BytesIO()
    code.save(out, kind="svg", border=0, scale=8, dark="#1d4e4f")
    return out.getvalue().decode("utf-8")


def printed(page: str, words: dict[str, Any], form: Literal["pdf", "svg"]) -> bytes:
    """The page of this name (see `pages/`) with these words.

    Parameters
    ----------
    words
        What the page reads as `data`; JSON.
    """
    source = resources.files("peerloom.prints").joinpath("pages", f"{page}.typ").read_bytes()
    made = typst.compile(source, format=form, sys_inputs={"data": json.dumps(words, default=str)})
    first = made[0] if isinstance(made, list) else made
    return bytes(first or b"")
