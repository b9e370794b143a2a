"""`python -m nibble.serve`: the service on loopback."""

from __future__ import annotations

import argparse
import sys

import nibble


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nibble-serve", description="Reads pictures that are sent by POST /read; / shows a page for people.",
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; others than loopback have neither encryption nor log-in: "
                                                            "put a server before it that does")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--allow-host", action="append", default=[], metavar="NAME", help="host name to answer to, besides loopback's")
    parser.add_argument("--precision", choices=("f32", "int8", "int4"), default="int4")
    parser.add_argument("--requests", type=int, default=8, help="requests in work at a time; more are answered 503")
    parser.add_argument("-j", "--jobs", type=int, default=None, help="pictures that are read at a time; default: one a core")
    parser.add_argument("--max-bytes", type=int, default=32 << 20, help="of a body")
    parser.add_argument("--max-pixels", type=int, default=50_000_000, help="of a picture")
    parser.add_argument("--upload-seconds", type=float, default=30.0)
    parser.add_argument("--read-seconds", type=float, default=60.0)
    arguments = parser.parse_args()
    for name in ("requests", "jobs", "max_bytes", "max_pixels", "upload_seconds", "read_seconds"):
        value = getattr(arguments, name)
        if value is not None and value <= 0:
            parser.error(f"--{name.replace('_', '-')} must be more than 0")
    return arguments


def main() -> None:
    """Runs the service until it is interrupted."""
    arguments = _arguments()
    try:
        import uvicorn

        from ._app import Limits, create_app
    except ImportError as error:
        sys.exit(f"nibble-serve: {error.name} is missing: pip install nibble[serve]")
    limits = Limits(requests=arguments.requests, max_bytes=arguments.max_bytes, upload_seconds=arguments.upload_seconds,
                    read_seconds=arguments.read_seconds, **({"jobs": arguments.jobs} if arguments.jobs else {}))
    hosts = ["localhost", "127.0.0.1", "[::1]", *arguments.allow_host]
    try:
        app = create_app(nibble.Reader(precision=arguments.precision, max_pixels=arguments.max_pixels), limits, hosts)
    except nibble.Error as error:
        sys.exit(f"nibble-serve: {error}")
    # Connections beyond those in work are answered 503 by the application, many more by the server itself.
    uvicorn.run(app, host=arguments.host, port=arguments.port, log_level="warning", access_log=False, server_header=False,
                limit_concurrency=max(1024, 4 * limits.requests), timeout_graceful_shutdown=10)


if __name__ == "__main__":
    main()
