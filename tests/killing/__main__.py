"""`python -m tests.killing TIMES [scene ...]`: each scene so often, killed at random moments of it."""

from __future__ import annotations

import os
import sys
import tempfile
import time

folder = tempfile.mkdtemp(prefix="peerloom-killing-")
os.environ.setdefault("PEERLOOM_DATA_DIR", folder)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerloom.config.settings")
os.environ.setdefault("PEERLOOM_LOG_LEVEL", "CRITICAL")

import django  # noqa: E402

django.setup()
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from tests.killing.scenes import SCENES, Scenes  # noqa: E402

if __name__ == "__main__":
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    wanted = sys.argv[2:] or list(SCENES)
    seed = int(os.environ.get("PEERLOOM_SEED", time.time_ns() % 10**6))
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    call_command("migrate", verbosity=0, interactive=False)
    scenes = Scenes(seed)
    print(f"{connection.vendor}, seed {seed}", flush=True)
    for name in wanted:
        started = time.perf_counter()
        kills = [SCENES[name](scenes) for _ in range(times)]
        print(
            f"{name}: {times} times, {sum(kills)} kills, {time.perf_counter() - started:.0f} s "
            f"(undisturbed {scenes.usual[name]:.2f} s): nothing lost, nothing twice",
            flush=True,
        )
