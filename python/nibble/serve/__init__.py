"""A service that reads pictures: `python -m nibble.serve`, or `create_app()` for a server of your own (ASGI).

    POST /read     a picture or a page of a PDF as the body; the JSON of `nibble read` comes back
    GET  /         a page: drop a photograph, see its fields, correct them, copy the JSON
    GET  /health   whether it runs, and what reads
    GET  /metrics  counts and times in Prometheus' text format

Nothing of what is sent or read is stored or logged.
"""

from ._app import Limits, create_app

__all__ = ["Limits", "create_app"]
