"""For those who run the server: is it alive, can it serve, and how is it doing?"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client import REGISTRY as OWN
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from peerloom.core.encryption import server_keys
from peerloom.core.models import Lease
from peerloom.messaging.models import OutboxMessage


def health(request: HttpRequest) -> JsonResponse:
    """200 with ``{"ok": true}`` when a query answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when requests can be sent here: database, its shape, and keys; else 503 with what is missing."""
    missing = []
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            missing.append("migrations")
    except DatabaseError:
        missing.append("database")
    try:
        server_keys()
    except OSError:
        missing.append("keys")
    return JsonResponse({"ok": not missing, "missing": missing}, status=503 if missing else 200)


class _Stock:
    """What waits, read from the database at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        waiting = GaugeMetricFamily("peerloom_messages", "Messages by state", labels=["state"])
        for state in ("waiting", "sending", "failed", "unsure"):
            waiting.add_metric([state], OutboxMessage.objects.filter(state=state).count())
        yield waiting
        queued = DBTaskResult.objects.ready()
        yield GaugeMetricFamily("peerloom_jobs_waiting", "Jobs that wait", value=queued.count())
        oldest = queued.order_by("enqueued_at").first()
        age = (timezone.now() - oldest.enqueued_at).total_seconds() if oldest else 0
        yield GaugeMetricFamily(
            "peerloom_jobs_oldest_seconds", "For how long the oldest job waits", value=age
        )
        lease = Lease.objects.filter(name="tick").first()
        left = (lease.until - timezone.now()).total_seconds() if lease else -1
        yield GaugeMetricFamily(
            "peerloom_tick_lease_seconds",
            "How long the scheduler's lease lasts; negative when none runs",
            value=left,
        )


def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, with the token that the settings name as bearer; 404 for everybody else."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    token = settings.METRICS_TOKEN
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Stock())
    text = generate_latest(registry)
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        processes = CollectorRegistry()
        MultiProcessCollector(processes)  # type: ignore[no-untyped-call]
        text += generate_latest(processes)
    else:
        text += generate_latest(OWN)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)
