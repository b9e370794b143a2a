"""Counts and times; nothing of contents."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.responses import Response


class Metrics:
    """The metrics of one application."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self._requests = Counter("nibble_requests", "Answers to POST /read by HTTP status", ["status"], registry=registry)
        self.bytes = Counter("nibble_received_bytes", "Bytes of the bodies that were read", registry=registry)
        self.in_work = Gauge("nibble_in_work", "Requests that are received or read now", registry=registry)
        self.seconds = Histogram("nibble_read_seconds", "From a whole body to its result, without waiting", registry=registry,
                                 buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30))

    def count(self, response: Response) -> None:
        """Counts an answer."""
        self._requests.labels(str(response.status_code)).inc()

    def text(self) -> bytes:
        """All of them in Prometheus' text format."""
        return generate_latest(self._registry)
