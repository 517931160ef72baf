"""Finds or brings the browser that the journeys run in: `python -m tests.browser`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def on_path() -> str:
    """A Chromium that is installed already; empty where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), "")


def own_download() -> bool:
    """True if playwright brought a browser of its own."""
    places = [Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright"]
    return any(any(place.glob("chromium*")) for place in places)


def bring() -> bool:
    """Install a browser by Debian's package, else by playwright's own download."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {
            "stdout": subprocess.DEVNULL,
            "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        }
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, **quiet)  # type: ignore[call-overload]
        if on_path():
            return True
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    if os.environ.get("PEERLOOM_NO_BROWSER") == "1":
        print("PEERLOOM_NO_BROWSER=1: the browser journeys are left out.")
    elif not (on_path() or own_download() or bring()):
        sys.exit(
            "The journeys need a browser and none could be had. Install Chromium, or set "
            "PEERLOOM_NO_BROWSER=1 to leave them out."
        )
