"""What was read on one picture."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, cast

from . import _core
from ._error import Error
from ._input import File, Pixels, Source, take

if TYPE_CHECKING:
    import numpy
    import numpy.typing


class Document:
    """All that was read on one picture, or why nothing was (`ok`, `error`). Made by a Reader."""

    __slots__ = ("_core", "_limits", "_source")

    def __init__(self, core: _core.Document, source: File | Pixels | None, limits: _core.Limits) -> None:
        self._core = core
        self._source = source
        self._limits = limits

    @property
    def ok(self) -> bool:
        """Whether it was read; else `error` says why not. Only read_many() and read_pages() give documents that were not."""
        return self._core.ok

    @property
    def error(self) -> Error | None:
        """Why nothing was read; None where it was."""
        return None if self.ok else Error(self._core.message, self._core.code)

    @property
    def path(self) -> str:
        """Of the file, as given; the name of bytes; empty for pixels."""
        return os.fsdecode(self._core.path)

    @property
    def page(self) -> int:
        """Of the file, from 1."""
        return self._core.page

    @property
    def width(self) -> int:
        """Of the picture, in pixels."""
        return self._core.width

    @property
    def height(self) -> int:
        """Of the picture, in pixels."""
        return self._core.height

    @property
    def placement(self) -> _core.Placement | None:
        """Where the document is in the picture; None for a single line and for a zone alone."""
        return self._core.placement

    @property
    def fields(self) -> dict[str, _core.Field]:
        """The fields by name, in the template's order."""
        fields: dict[str, _core.Field] = {}
        for field in self._core.fields:
            fields.setdefault(field.name, field)
        return fields

    @property
    def mrz(self) -> _core.Zone | None:
        """The machine readable zone."""
        return self._core.zone

    @property
    def more_mrz(self) -> list[_core.Zone]:
        """The zones of other documents on the picture."""
        return self._core.more_zones

    @property
    def lines(self) -> list[_core.Line]:
        """Without a template: every line, in reading order."""
        return self._core.lines

    @property
    def frames(self) -> list[dict[str, Any]]:
        """Of a clip: the frames as they came, each with `path`, `page`, `used`, and `why` and `reason` where it was left out."""
        return cast("list[dict[str, Any]]", self.to_dict().get("frames", []))

    @property
    def warnings(self) -> list[str]:
        """What was assumed and what is doubtful, a line each."""
        return self._core.warnings

    @property
    def timing(self) -> _core.Timing:
        """Milliseconds of the stages."""
        return self._core.timing

    def to_json(self, indent: int | None = None) -> str:
        """The JSON object that the program prints, on one line or indented by `indent` spaces."""
        return self._core.to_json(-1 if indent is None else indent)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that the program prints, as dicts and lists."""
        return cast("dict[str, Any]", json.loads(self.to_json()))

    def annotate(self, picture: Source | None = None) -> numpy.typing.NDArray[numpy.uint8]:
        """The picture in colour with the document's outline and, beside each text, what was read.

        An array of shape (height, width, 3) and type uint8, RGB. `picture` is what was read, by default the source itself: a
        file is decoded again, and must still be there.
        """
        error = self.error
        if error is not None:
            raise error
        source = self._source if picture is None else take(picture)
        if source is None:
            raise Error("the picture was not kept: give it to annotate()", "usage")
        try:
            import numpy  # noqa: F401  what arrays are made of
        except ImportError:
            raise Error("annotate() makes an array: install numpy", "usage") from None
        if isinstance(source, File):
            return self._core.annotate_file(source.native(), self._limits)
        return self._core.annotate_array(source.array)

    def __repr__(self) -> str:
        if not self.ok:
            return f"<Document {self.path} {self._core.code}>"
        kind = self.placement.kind if self.placement else ""
        parts = [kind, f"{len(self.fields)} fields", f"{len(self.lines)} lines", "mrz" if self.mrz else ""]
        return f"<Document {self.path} {', '.join(filter(None, parts))}>"
