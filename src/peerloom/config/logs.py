"""What the server says of itself: a line each, for people or as JSON, without anybody's data.

Addresses of people and the secrets of links are taken out of every line, whoever wrote it.
"""

from __future__ import annotations

import re
from typing import Any

import structlog

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Whoever has such an address may read or answer in somebody's name.
_SECRET = re.compile(r"(/(?:answer|calendar|pulse/meeting|pulse|confirm-email)/)[\w.:~-]+")


def without_people(text: str) -> str:
    """The text without e-mail addresses and secrets of links."""
    return _ADDRESS.sub("…@…", _SECRET.sub(r"\1…", text))


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        return without_people(value)
    if isinstance(value, dict):
        return {key: _scrub(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_scrub(v) for v in value]
    return value if isinstance(value, int | float | bool | None) else without_people(str(value))


def scrub(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A step of structlog: every value without people."""
    kept = {k: v for k, v in event.items() if k.startswith("_")}
    return {k: _scrub(v) for k, v in event.items() if k not in kept} | kept


def _line(logger: Any, method: str, event: dict[str, Any]) -> str:
    """For people: when, how grave, who, what; then what went wrong where."""
    told = f"{event['timestamp']} {event['level'].upper()} {event['logger']}: {event['event']}"
    return "\n".join([told, *([event["exception"]] if event.get("exception") else [])])


def logging_for(level: str, form: str) -> dict[str, Any]:
    """Django's `LOGGING`; `form` is 'lines' or 'json'."""
    before = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else _line
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": before,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    scrub,
                    last,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django has handlers of its own, which would say a line twice or without care.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
