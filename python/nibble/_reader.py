"""The reader: sources in, documents out."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Union

from . import _core
from ._document import Document
from ._error import Error
from ._input import File, Pixels, Source, path_bytes, take

Path = Union[str, "os.PathLike[str]"]
Model = Union[Path, bytes]
Quad = Sequence[Sequence[float]]

_EVERY_PAGE = 2**62  # more than a file can have


def _file_source(file: Model) -> _core.FileSource:
    if isinstance(file, bytes):
        return _core.FileSource(b"", file)
    return _core.FileSource(path_bytes(file), b"")


def _set(target: object, name: str, value: object) -> None:
    try:
        setattr(target, name, value)
    except (TypeError, RuntimeError, OverflowError):  # nanobind's words name its own types
        raise Error(f"{name}: {value!r} is not a value that it can have", "usage") from None


def _corners(quad: Quad) -> list[tuple[float, float]]:
    try:
        corners = [(float(x), float(y)) for x, y in quad]
    except (TypeError, ValueError):
        corners = []
    if len(corners) != 4:
        raise Error("quad: four corners (x, y) are needed, TL TR BR BL in pixels", "usage")
    return corners


class Reader:
    """Reads documents. Immutable: any number of threads may share one, and the interpreter's lock is released while it reads.

    precision      f32, int8 or int4: of the library's own model, or the one that `model` has
    model          what reads lines: path or bytes of a model file; None: the library's own
    calibration    what makes confidences probabilities: path or bytes; None: the model's own
    calibrate      False: confidences are the network's own and nothing is accepted
    finder         the model that finds lines: path or bytes; None: the library's own
    data_folder    where the library's models/ and templates/ are; None: in the package, or where NIBBLE_DATA says
    template_folder  the kinds that are known: all templates with a picture in this folder or in an index of one; None: the library's own
    templates      kinds besides: paths of template files
    isa            instruction set, by a name that `nibble doctor` lists; None: the best one here
    device         cpu, cuda, or auto: cuda where there is one
    threads        that share the fields of one picture
    rules          dates, alphabets, zones, countries; False: text as it was read
    alternatives   kept for each character, 0 to 100
    margin         around each field, share of its height, 0 to 2
    beam           width of the beam search; 0 takes the best class of each column
    max_pixels, max_side, max_pages, max_bytes  what is refused rather than read

    Raises Error (bad_model, bad_device, usage). A copy in another process (pickle) is made anew from the same options.
    """

    def __init__(self, *, precision: str = "int4", model: Model | None = None, calibration: Model | None = None, calibrate: bool = True,
                 finder: Model | None = None, data_folder: Path | None = None, template_folder: Path | None = None,
                 templates: Sequence[Path] = (), isa: str | None = None, winograd: bool = True, device: str = "cpu", threads: int = 1,
                 rules: bool = True, alternatives: int = 3, margin: float = 0.1, beam: int = 0, max_pixels: int = 200_000_000,
                 max_side: int = 40_000, max_pages: int = 10_000, max_bytes: int = 1 << 31) -> None:
        given: dict[str, Any] = {"precision": precision, "model": model, "calibration": calibration, "calibrate": calibrate, "finder": finder,
                 "data_folder": data_folder, "template_folder": template_folder, "templates": templates, "isa": isa,
                 "winograd": winograd, "device": device, "threads": threads, "rules": rules, "alternatives": alternatives,
                 "margin": margin, "beam": beam, "max_pixels": max_pixels, "max_side": max_side, "max_pages": max_pages,
                 "max_bytes": max_bytes}
        self._given = given
        self._limits = _core.Limits()
        for name in ("max_pixels", "max_side", "max_pages", "max_bytes"):
            _set(self._limits, name, given[name])
        options = _core.ReaderOptions()
        options.limits = self._limits
        for name in ("calibrate", "winograd", "device", "threads", "rules", "alternatives", "margin", "beam"):
            _set(options, name, given[name])
        options.set_precision(str(precision))
        if isa is not None:
            options.isa = str(isa)
        for name in ("model", "calibration", "finder"):
            if given[name] is not None:
                setattr(options, name, _file_source(given[name]))
        if data_folder is not None:
            options.set_data_folder(path_bytes(data_folder))
        if template_folder is not None:
            options.set_template_folder(path_bytes(template_folder))
        for template in templates:
            options.add_template(_file_source(template), _core.FileSource(b"", b""))
        self._core = _core.Reader(options)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_make_reader, (self._given,))

    @property
    def info(self) -> _core.ReaderInfo:
        """What reads: the model, its digest, the instruction set and the calibration."""
        return self._core.info

    def read(self, source: Source, *, template: str | os.PathLike[str] = "auto", zone: bool = False, line: bool = False,
             quad: Quad | None = None, fields: Sequence[str] = (), page: int | None = None, name: str | None = None) -> Document:
        """Reads one picture.

        source    see the package; of a file with several pages `page` tells which one, from 1
        template  a known kind's name or a template file; "auto": a known kind if one is found, else the zone and the captions'
                  fields, else every line; "none": every line
        zone      the machine readable zone alone
        line      the picture is one line of text and nothing else
        quad      corners of the document (x, y) in pixels: top left, top right, bottom right, bottom left
        fields    read these alone
        name      what messages and results call bytes

        Raises Error for what cannot be read. A picture without a document is read line by line.
        """
        request = _request(template, zone, line, quad, fields, page)
        documents = self._read(take(source, name), request, 2)
        if len(documents) > 1:
            raise Error(f"{documents[0].path}: has several pages: say which (page=), or use read_pages()", "usage")
        error = documents[0].error
        if error is not None:
            raise error
        return documents[0]

    def read_pages(self, source: Source, *, template: str | os.PathLike[str] = "auto", zone: bool = False, line: bool = False,
                   quad: Quad | None = None, fields: Sequence[str] = (), name: str | None = None) -> list[Document]:
        """Reads all pages of a file, one Document a page; those that cannot be read say so by `ok` and `error`.

        The arguments are those of read(). Raises Error for a source or a request that cannot be meant.
        """
        return self._read(take(source, name), _request(template, zone, line, quad, fields, None), _EVERY_PAGE)

    def read_many(self, sources: Iterable[Source], *, jobs: int | None = None, template: str | os.PathLike[str] = "auto",
                  zone: bool = False, line: bool = False, quad: Quad | None = None, fields: Sequence[str] = ()) -> Iterator[Document]:
        """Reads many sources on `jobs` threads (default: one a core), in order: one Document for each page of each.

        Lazy: at most 2 * jobs sources are taken ahead of what was asked for. What cannot be read, a source of a wrong type
        included, is a Document whose `ok` is False and whose `error` says why; the others are read all the same. The arguments
        are those of read(). Raises Error at once for a request that cannot be meant.
        """
        if jobs is None:
            jobs = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        if not isinstance(jobs, int) or jobs < 1:
            raise Error(f"jobs: {jobs!r} is not a number of threads, 1 or more", "usage")
        request = _request(template, zone, line, quad, fields, None)
        self._core.prepare(request)
        return self._in_order(iter(sources), jobs, request)

    def read_clip(self, frames: Iterable[Source], *, stop: bool = False, stop_cost: float = 0.03, max_frames: int = 0,
                  template: str | os.PathLike[str] = "auto", zone: bool = False, line: bool = False, fields: Sequence[str] = ()) -> Document:
        """Reads frames of one document: one result with all of them, `frames` of which says what became of each.

        frames      sources; of a file with several pages, or with JPEG pictures one behind the other, each is a frame. Those that
                    cannot be decoded and those of another document are left out
        stop        take no more frames when another one is not worth its cost
        stop_cost   of a frame, in shares of a text's characters, above 0 (docs/clips.md)
        max_frames  used at most; 0: any number

        The other arguments are those of read(). Raises Error where no frame can be read, and for a source of a wrong type.
        """
        request = _request(template, zone, line, None, fields, None)
        if not isinstance(stop_cost, (int, float)) or not 0 < stop_cost <= 1:
            raise Error(f"stop_cost: {stop_cost!r} is not above 0 and at most 1", "usage")
        if not isinstance(max_frames, int) or not 0 <= max_frames < 2**31:
            raise Error(f"max_frames: {max_frames!r} is not a number of frames", "usage")
        clip = self._core.clip(request, stop_cost, max_frames)
        ends = stop or max_frames > 0
        for frame in frames:
            source = take(frame)
            if isinstance(source, Pixels):
                clip.add_array(source.array)
            else:
                clip.add_file(source.native(), ends)
            if ends and clip.enough():
                break
        document = Document(clip.result(), None, self._limits)
        error = document.error
        if error is not None:
            raise error
        return document

    def locate(self, source: Source, *, template: str | os.PathLike[str] = "none", page: int | None = None,
               name: str | None = None) -> Document:
        """Finds the document in the picture and reads nothing; `placement` of the result says where it is.

        template  a known kind's name or a template file; "auto": any known kind; "none": the outline of any card or page, of
                  which there must be one, and which does not tell which way is up
        Raises Error, with the code no_document where there is none.
        """
        request = _request(template, False, False, None, (), page)
        request.locate_only = True
        if os.fspath(template) == "auto":
            request.type = _core.RequestType.kind
        document = self._read(take(source, name), request, 1)[0]
        error = document.error
        if error is not None:
            raise error
        return document

    def _read(self, source: File | Pixels, request: _core.Request, most: int) -> list[Document]:
        if isinstance(source, Pixels):
            if request.page > 1:
                raise Error(f"picture: has no page {request.page}, its last is 1", "usage")
            return [Document(self._core.read_array(source.array, request), source, self._limits)]
        return [Document(document, source, self._limits) for document in self._core.read_pages(source.native(), request, most)]

    def _read_or_say_why(self, source: Source, request: _core.Request) -> list[Document]:
        try:
            return self._read(take(source), request, _EVERY_PAGE)
        except Error as error:
            path = os.fsencode(source) if isinstance(source, (str, os.PathLike)) else b""
            return [Document(_core.failed_document(path, error.code, str(error)), None, self._limits)]

    def _in_order(self, sources: Iterator[Source], jobs: int, request: _core.Request) -> Iterator[Document]:
        waiting: deque[Future[list[Document]]] = deque()
        pool = ThreadPoolExecutor(jobs, thread_name_prefix="nibble")
        try:
            for source in sources:
                waiting.append(pool.submit(self._read_or_say_why, source, request))
                if len(waiting) >= 2 * jobs:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:  # also when the caller goes no further, or Ctrl-C is pressed
            pool.shutdown(wait=True, cancel_futures=True)


def _make_reader(given: dict[str, Any]) -> Reader:
    return Reader(**given)


def _request(template: str | os.PathLike[str], zone: bool, line: bool, quad: Quad | None, fields: Sequence[str],
             page: int | None) -> _core.Request:
    kind = os.fspath(template)
    if not isinstance(kind, str) or not kind:
        raise Error(f"template: {template!r} is no name of a kind and no path of a template file", "usage")
    if line and (zone or kind != "auto" or quad is not None or fields):
        raise Error("line reads a picture of one line: it goes without zone, template, quad and fields", "usage")
    if zone and (kind != "auto" or fields):
        raise Error("zone reads the machine readable zone alone: it goes without template and fields", "usage")
    if isinstance(fields, str) or not all(isinstance(field, str) for field in fields):
        raise Error("fields: a list of names is needed", "usage")
    if kind == "none" and fields:
        raise Error("fields need a template: lines of text have no names", "usage")
    if page is not None and (not isinstance(page, int) or not 1 <= page < 2**31):
        raise Error(f"page: {page!r} is no number of a page; the first is 1", "usage")
    request = _core.Request()
    if line:
        request.type = _core.RequestType.line
    elif zone:
        request.type = _core.RequestType.zone
    elif kind == "none":
        request.type = _core.RequestType.text
    elif kind != "auto":
        request.type = _core.RequestType.kind
        request.kind = kind
    if quad is not None:
        request.set_quad(_corners(quad))
    request.fields = list(fields)
    request.page = page or 0
    return request
