"""How the engine's loops are compiled, and where the result is kept.

Numba keeps compiled loops beside the source file of each, and does not notice when a loop in
another file that was compiled into it changes. So the folder is named after all sources together:
another version of the engine never meets an older one's loops.

`PEERLOOM_CACHE_DIR` names another place than the user's cache folder; `NUMBA_CACHE_DIR` wins.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import numba
from numba import njit


def _folder() -> Path:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    home = os.environ.get("PEERLOOM_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    root = Path(home) if home else Path.home() / ".cache"
    folder = root / "peerloom" / f"engine-{digest.hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        # A server's user may have no home: then each start compiles once more.
        return Path(tempfile.mkdtemp(prefix="peerloom-engine-"))
    return folder


# Numba's settings are set on a module that declares none of them.
_settings: Any = numba.config
if not _settings.CACHE_DIR:
    _settings.CACHE_DIR = str(_folder())


def cache_folder() -> str:
    """Where compiled loops of this version are kept."""
    return str(_settings.CACHE_DIR)


# An integer inside a compiled loop: numpy's or Python's, which is one to the compiler.
Whole = Any


def kernel(function: Any = None, **options: Any) -> Any:
    """Compile a loop on first use, keep it for the next start, and free the interpreter meanwhile."""
    compiled = njit(cache=True, nogil=True, **options)
    return compiled if function is None else compiled(function)
