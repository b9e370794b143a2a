"""What a request asks for."""

from __future__ import annotations

import math
import pathlib
from collections.abc import Mapping
from typing import NamedTuple

import nibble
from nibble import _core


class Query(NamedTuple):
    """The arguments of Reader.read."""

    template: str = "auto"
    zone: bool = False
    line: bool = False
    quad: list[tuple[float, float]] | None = None
    fields: tuple[str, ...] = ()
    page: int | None = None


def known_kinds() -> frozenset[str]:
    """Names of the known kinds. A client may name these and no file of the machine."""
    folder = pathlib.Path(_core.data_folder()) / "templates"
    return frozenset(path.stem for path in folder.glob("*.json"))


def _flag(name: str, text: str) -> bool:
    if text in ("", "1", "true"):
        return True
    if text in ("0", "false"):
        return False
    raise nibble.Error(f"{name}={text!r}: give 1 or 0", "usage")


def _quad(text: str) -> list[tuple[float, float]]:
    try:
        numbers = [float(number) for number in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 8 or not all(map(math.isfinite, numbers)):
        raise nibble.Error("quad: eight numbers are needed, x,y of the corners TL TR BR BL in pixels", "usage")
    return list(zip(numbers[::2], numbers[1::2]))


def _page(text: str) -> int:
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise nibble.Error(f"page={text!r}: the first page is 1", "usage")
    return int(text)


def parse_query(parameters: Mapping[str, str], kinds: frozenset[str]) -> Query:
    """Raises nibble.Error(usage) for what is not known."""
    query = Query()
    for name, text in parameters.items():
        if name == "template":
            if text not in kinds and text not in ("auto", "none"):
                raise nibble.Error(f"template={text!r}: is not known here; there are auto, none, {', '.join(sorted(kinds))}", "usage")
            query = query._replace(template=text)
        elif name == "zone":
            query = query._replace(zone=_flag(name, text))
        elif name == "line":
            query = query._replace(line=_flag(name, text))
        elif name == "quad":
            query = query._replace(quad=_quad(text))
        elif name == "fields":
            query = query._replace(fields=tuple(filter(None, text.split(","))))
        elif name == "page":
            query = query._replace(page=_page(text))
        else:
            raise nibble.Error(f"{name}: is no parameter; there are template, zone, line, quad, fields and page", "usage")
    return query
