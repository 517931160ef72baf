"""Machines: each with web processes, a job process and a scheduler, and nothing of its own but keys."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests

DEPLOY = Path(__file__).parents[2] / "deploy"
SECRET = "the-same-on-every-machine-the-same-on-every-machine"
LOGS = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def bring_nginx() -> str:
    """Debian's web server; installed where that is possible, else empty."""
    if not shutil.which("nginx") and shutil.which("apt-get") and os.geteuid() == 0:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "nginx-light"]):
            subprocess.run(["apt-get", *words], env=quiet, check=False, stdout=subprocess.DEVNULL)
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or ""


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


class Machine:
    """One of them; `folder` is empty at first and holds nothing that another needs."""

    def __init__(self, folder: Path, database: str, address: str, **more: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {
            **os.environ,
            "PEERLOOM_DATA_DIR": str(folder),
            "DATABASE_URL": database,
            "PEERLOOM_URL": address,
            "PEERLOOM_SECRET_KEY": SECRET,
            "PEERLOOM_PROXIES": "1",
            **more,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, *words: str) -> str:
        """A command to its end; what it prints."""
        told = subprocess.run(
            [sys.executable, "-m", "peerloom", *words],
            env=self.environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
        return told.stdout

    def start(self, name: str, *words: str) -> None:
        """A process of it."""
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", *words],
            env=self.environment,
            **LOGS,  # type: ignore[call-overload]
        )

    def start_web(self) -> None:
        """Pages and API, by two processes."""
        self.run("manage", "collectstatic", "-v", "0", "--no-input")
        self.start(
            "web", "gunicorn", "peerloom.config.wsgi", "--bind", f"127.0.0.1:{self.port}",
            "--workers", "2", "--threads", "4", "--graceful-timeout", "10",
        )  # fmt: skip

    def start_rest(self) -> None:
        """Jobs, and what is due."""
        self.start("jobs", "peerloom", "manage", "db_worker", "--interval", "0.1",
                   "--no-startup-delay", "-v", "0")  # fmt: skip
        self.start("tick", "peerloom", "tick", "--every", "1")

    def stop(self, *names: str, force: bool = False) -> None:
        """End some of its processes, or all."""
        for name in names or list(self.processes):
            process = self.processes.pop(name)
            process.kill() if force else process.terminate()
            process.wait(timeout=30)

    def answers(self) -> bool:
        """True once it may be sent requests."""
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/ready/", timeout=2).ok
        except requests.RequestException:
            return False


class Proxy:
    """The web server in front, by the file that we ship."""

    def __init__(self, folder: Path, nginx: str, port: int, machines: list[Machine]) -> None:
        text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        for shipped, machine in zip(("8001", "8002"), machines, strict=True):
            text = text.replace(f"127.0.0.1:{shipped}", f"127.0.0.1:{machine.port}")
        text = re.sub(r"listen \S+;", f"listen 127.0.0.1:{port};", text)
        folder.mkdir()
        conf = folder / "nginx.conf"
        conf.write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{}}\nhttp {{ access_log off; client_body_temp_path {folder}/b; "
            f"proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; "
            f"scgi_temp_path {folder}/s;\n{text}\n}}\n",
            encoding="utf-8",
        )
        self.process = subprocess.Popen([nginx, "-c", str(conf)], **LOGS)  # type: ignore[call-overload]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=20)
