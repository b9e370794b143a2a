"""The ASGI application."""

from __future__ import annotations

import asyncio
import dataclasses
import importlib.resources
import os
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import nibble
from nibble import _core

from ._metrics import Metrics
from ._query import Query, known_kinds, parse_query
from ._responses import Refusal, failure

_PAGE = {"/": ("page.html", "text/html"), "/page.js": ("page.js", "text/javascript"), "/page.css": ("page.css", "text/css")}
_PAGE_HEADERS = {"content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob: data:; connect-src 'self'; "
                                            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                 "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-store"}
_STATUS = {"usage": 400, "bad_quad": 400, "bad_template": 400, "too_large": 413, "decode_failed": 422, "no_document": 422}


@dataclasses.dataclass(frozen=True)
class Limits:
    """What is refused rather than done.

    requests        that are received or read at a time; one more is answered 503 at once
    jobs            pictures that are read at a time, of those
    max_bytes       of a body; more is answered 413
    upload_seconds  from the first byte of a body to its last; more is answered 408
    read_seconds    from the end of the body to the answer; more is answered 504, and the request counts until it is done
    """

    requests: int = 8
    jobs: int = dataclasses.field(default_factory=lambda: os.cpu_count() or 1)
    max_bytes: int = 32 << 20
    upload_seconds: float = 30.0
    read_seconds: float = 60.0


class _Service:
    def __init__(self, reader: nibble.Reader, limits: Limits) -> None:
        self.reader = reader
        self.limits = limits
        self.metrics = Metrics()
        self.kinds = known_kinds()
        self.pool = ThreadPoolExecutor(limits.jobs, thread_name_prefix="nibble")
        self.in_work = 0

    def _begin(self) -> None:
        self.in_work += 1
        self.metrics.in_work.set(self.in_work)

    def _end(self) -> None:
        self.in_work -= 1
        self.metrics.in_work.set(self.in_work)

    async def read(self, request: Request) -> Response:
        if self.in_work >= self.limits.requests:
            response: Response = Refusal(503, "busy", f"{self.limits.requests} requests are in work: try again", {"retry-after": "1"})
            self.metrics.count(response)
            return response
        self._begin()
        work: asyncio.Future[Response] | None = None
        try:
            query = parse_query(request.query_params, self.kinds)
            body = await self._receive(request)
            work = asyncio.get_running_loop().run_in_executor(self.pool, self._read, body, query)
            del body  # held by the work alone
            response = await asyncio.wait_for(asyncio.shield(work), self.limits.read_seconds)
        except Refusal.Raised as refused:
            response = refused.response
        except nibble.Error as error:
            response = failure(_STATUS.get(error.code, 500), error.code, str(error))
        except ClientDisconnect:
            response = failure(400, "usage", "the client went away")  # reaches nobody; counted
        except asyncio.TimeoutError:
            response = failure(504, "too_slow", f"not read within {self.limits.read_seconds:g} s")
        except Exception as error:  # its text could hold what was read
            response = failure(500, "internal_error", f"a fault of the service: {type(error).__name__}")
        finally:
            if work is not None and not work.done():
                work.add_done_callback(lambda _: self._end())
            else:
                self._end()
        self.metrics.count(response)
        return response

    async def _receive(self, request: Request) -> bytes:
        most = self.limits.max_bytes
        too_large = Refusal.Raised(Refusal(413, "too_large", f"the body has more than {most} bytes"))
        length = request.headers.get("content-length", "0")
        if length.isdecimal() and int(length) > most:
            raise too_large
        body = bytearray()

        async def receive() -> None:
            async for chunk in request.stream():
                body.extend(chunk)
                if len(body) > most:
                    raise too_large

        try:
            await asyncio.wait_for(receive(), self.limits.upload_seconds)
        except asyncio.TimeoutError:
            raise Refusal.Raised(Refusal(408, "too_slow", f"the body did not come within {self.limits.upload_seconds:g} s")) from None
        if not body:
            raise Refusal.Raised(Refusal(400, "usage", "the body is empty: POST a picture"))
        self.metrics.bytes.inc(len(body))
        return bytes(body)

    def _read(self, body: bytes, query: Query) -> Response:
        begin = time.perf_counter()
        document = self.reader.read(body, name="upload", template=query.template, zone=query.zone, line=query.line, quad=query.quad,
                                    fields=query.fields, page=query.page)
        text = document.to_json()
        self.metrics.seconds.observe(time.perf_counter() - begin)
        return Response(text, media_type="application/json", headers={"cache-control": "no-store"})

    async def health(self, request: Request) -> Response:
        info = self.reader.info
        return JSONResponse({"status": "ok", "version": nibble.__version__, "model": info.model, "precision": info.precision, "isa": info.isa,
                             "digest": info.digest, "in_work": self.in_work, "limit": self.limits.requests})

    async def show_metrics(self, request: Request) -> Response:
        return Response(self.metrics.text(), media_type="text/plain; version=0.0.4")


async def _page(request: Request) -> Response:
    name, kind = _PAGE[request.url.path]
    content = (importlib.resources.files(__package__ or "nibble.serve") / "page" / name).read_bytes()
    return Response(content, media_type=kind, headers=_PAGE_HEADERS)


def create_app(reader: nibble.Reader | None = None, limits: Limits | None = None,
               hosts: Sequence[str] = ("localhost", "127.0.0.1", "[::1]")) -> Starlette:
    """The service as an ASGI application; `hosts` are the names it answers to ("*": any), as a defence of browsers on this
    machine. Raises nibble.Error as Reader() does."""
    reader = reader or nibble.Reader()
    reader._core.prepare(_core.Request())  # templates are loaded now, not by the first request
    service = _Service(reader, limits or Limits())

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        service.pool.shutdown(wait=True, cancel_futures=True)

    routes = [Route("/read", service.read, methods=["POST"]), Route("/health", service.health), Route("/metrics", service.show_metrics),
              *(Route(path, _page) for path in _PAGE)]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)], lifespan=lifespan)
