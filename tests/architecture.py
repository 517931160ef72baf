"""The rooms as a picture, from the contract that holds them: ``python -m tests.architecture``."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs/developers/rooms.svg"
WIDTH, ROW, GAP, MARGIN = 760, 38, 14, 16
PURE = "#e3efed"
DOMAIN = "#ffffff"


def layers() -> list[list[str]]:
    """Rooms by layer, those that rest on all others first, as the import contract has them."""
    house = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contract = next(c for c in house["contracts"] if c["type"] == "layers")
    return [[room.strip() for room in layer.split("|")] for layer in contract["layers"]]


def pure() -> set[str]:
    """Rooms that know no framework."""
    house = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contract = next(c for c in house["contracts"] if "django" in c.get("forbidden_modules", ()))
    return {module.removeprefix("peerloom.") for module in contract["source_modules"]}


def purpose(room: str) -> str:
    """What a room says of itself: the first sentence of its docstring."""
    said = ast.get_docstring(ast.parse((ROOT / f"src/peerloom/{room}/__init__.py").read_text()))
    return (said or "").split("\n\n")[0].split(". ")[0].replace("\n", " ")


def drawn() -> str:
    """The picture, as SVG."""
    rows = layers()
    framework_free = pure()
    height = 2 * MARGIN + len(rows) * (ROW + GAP) - GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="system-ui, sans-serif" font-size="14">',
        "<title>Rooms of Peerloom: each may import only what stands below it</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fbf8f3"/>',
    ]
    for level, rooms in enumerate(rows):
        y = MARGIN + level * (ROW + GAP)
        wide = (WIDTH - 2 * MARGIN - GAP * (len(rooms) - 1)) / len(rooms)
        for place, room in enumerate(rooms):
            x = MARGIN + place * (wide + GAP)
            fill = PURE if room in framework_free else DOMAIN
            alone = f" · {purpose(room)}" if len(rooms) == 1 else ""
            parts.append(
                f"<g><title>{escape(purpose(room))}</title>"
                f'<rect x="{x:g}" y="{y}" width="{wide:g}" height="{ROW}" rx="9" fill="{fill}" '
                'stroke="#1d4e4f"/>'
                f'<text x="{x + wide / 2:g}" y="{y + ROW / 2 + 5:g}" text-anchor="middle" '
                f'fill="#23262f"><tspan font-weight="600">{escape(room)}</tspan>'
                f'<tspan fill="#5d6170" font-size="12">{escape(alone)}</tspan></text></g>'
            )
        if level:
            parts.append(
                f'<path d="M {WIDTH / 2:g} {y - GAP + 1} v {GAP - 5}" stroke="#5d6170" fill="none"/>'
                f'<path d="M {WIDTH / 2 - 4:g} {y - 6} l 4 5 l 4 -5 z" fill="#5d6170"/>'
            )
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(drawn())
    print(PICTURE.relative_to(ROOT))
