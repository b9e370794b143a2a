"""Answers that are no results."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from nibble import _core

_DRAIN_SECONDS = 5.0


def _text(code: str, message: str) -> bytes:
    if code in ("busy", "too_slow"):  # of the service alone
        import json
        return json.dumps({"schema_version": "1.0", "input": {"path": "upload"}, "status": "error",
                           "error": {"code": code, "message": message}}).encode()
    return _core.failed_document(b"upload", code, message).to_json(-1).encode()


def failure(status: int, code: str, message: str) -> Response:
    """The JSON of a failed input."""
    return Response(_text(code, message), status, {"cache-control": "no-store"}, "application/json")


class Refusal(Response):
    """The JSON of a failed input, sent at once, while the body may still be coming.

    A connection that is closed with unread bytes is reset, and the client would lose the answer: what it still sends within
    some seconds is taken and dropped.
    """

    class Raised(Exception):
        """A refusal from within."""

        def __init__(self, response: Refusal) -> None:
            super().__init__()
            self.response = response

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(_text(code, message), status, {"cache-control": "no-store", "connection": "close", **(headers or {})}, "application/json")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})

        async def drain() -> None:
            while True:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return

        try:
            await asyncio.wait_for(drain(), _DRAIN_SECONDS)
        except asyncio.TimeoutError:
            pass  # it is slow; the connection is closed
        await send({"type": "http.response.body", "body": b"", "more_body": False})
