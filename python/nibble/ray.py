"""Many documents on a cluster, by Ray Data: pip install nibble[ray].

    import nibble.ray
    dataset = nibble.ray.read_documents(paths)            # lazy; one row a page, of SCHEMA
    nibble.ray.write_documents(paths, "results/")         # Parquet; begun again, it goes on with what is missing

Each worker has a reader of its own and one core. What cannot be read is a row with an error. Results do not depend on the
number of workers, nor on the processors: no row holds a time.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Optional

import pyarrow  # type: ignore[import-untyped]
import pyarrow.fs  # type: ignore[import-untyped]
import pyarrow.parquet  # type: ignore[import-untyped]
import ray
import ray.data

from . import _core
from ._document import Document
from ._error import Error
from ._reader import Reader

_TEXT, _NUMBER = pyarrow.string(), pyarrow.float64()
_QUAD = pyarrow.list_(_NUMBER)  # x, y of the corners TL TR BR BL, in pixels
_FIELD = pyarrow.struct([("name", _TEXT), ("kind", _TEXT), ("value", _TEXT), ("text", _TEXT), ("raw", _TEXT), ("confidence", _NUMBER),
                         ("decision", _TEXT), ("source", _TEXT), ("quad", _QUAD)])
_LINE = pyarrow.struct([("text", _TEXT), ("raw", _TEXT), ("confidence", _NUMBER), ("decision", _TEXT), ("field", _TEXT), ("quad", _QUAD)])
_ZONE = pyarrow.struct([("format", _TEXT), ("valid", pyarrow.bool_()), ("lines", pyarrow.list_(_TEXT)), ("fields", pyarrow.map_(_TEXT, _TEXT))])

# A row is a page; the columns from `width` on are null where status is "error". Confidences are probabilities, 0 to 1.
SCHEMA = pyarrow.schema([
    ("path", _TEXT), ("page", pyarrow.int32()), ("status", _TEXT), ("error_code", _TEXT), ("error_message", _TEXT),
    ("width", pyarrow.int32()), ("height", pyarrow.int32()), ("template", _TEXT), ("template_confidence", _NUMBER), ("quad", _QUAD),
    ("fields", pyarrow.list_(_FIELD)), ("mrz", _ZONE), ("lines", pyarrow.list_(_LINE)), ("warnings", pyarrow.list_(_TEXT)),
    ("model_digest", _TEXT), ("precision", _TEXT), ("version", _TEXT)])

_JOB = "_nibble_job.json"  # Parquet readers pass over names that begin so


def _quad(quad: Sequence[Sequence[float]]) -> list[float]:
    return [number for point in quad for number in point]


def _row(document: Document) -> dict[str, Any]:
    """A document as a row; its numbers are those of the JSON."""
    found = document.to_dict()
    row: dict[str, Any] = {"path": found["input"]["path"], "page": document.page, "status": found["status"]}
    if not document.ok:
        return {**row, "error_code": found["error"]["code"], "error_message": found["error"]["message"]}
    place, zone, tool = found["document"], found["mrz"], found["tool"]
    flat = [{**text, "quad": _quad(text["quad"])} for text in found["fields"]]
    lines = [{**text, "quad": _quad(text["quad"])} for text in found["lines"]]
    row.update(width=found["input"]["width"], height=found["input"]["height"], warnings=found["warnings"], model_digest=tool["digest"],
               precision=tool["precision"], version=tool["version"])
    row["fields"] = [{name: text.get(name) for name in _FIELD.names} for text in flat]
    row["lines"] = [{name: text.get(name) for name in _LINE.names} for text in lines]
    if place is not None:
        row.update(template=place["template"], template_confidence=place["confidence"], quad=_quad(place["quad"]))
    if zone is not None:
        row["mrz"] = {"format": zone["format"], "valid": zone["valid"], "lines": zone["lines"], "fields": list(zone["fields"].items())}
    return row


def _content(path: str) -> bytes:
    """The bytes of a file of an object store. Raises Error."""
    try:
        filesystem, inner = pyarrow.fs.FileSystem.from_uri(path)
        with filesystem.open_input_stream(inner) as stream:
            return bytes(stream.readall())
    except (OSError, ValueError) as error:  # ValueError: a URI of no known kind
        code = "file_not_found" if isinstance(error, FileNotFoundError) else "decode_failed"
        raise Error(f"{path}: cannot be read: {str(error).splitlines()[0] if str(error) else type(error).__name__}", code) from None


class _Worker:
    """Reads batches in one process."""

    def __init__(self, options: Mapping[str, Any], request: Mapping[str, Any]) -> None:
        self._reader = Reader(**options)
        self._request = dict(request)

    def rows(self, path: str, content: bytes | None) -> list[dict[str, Any]]:
        try:
            if content is None and "://" in path:
                content = _content(path)
            source = path if content is None else content
            documents = self._reader.read_pages(source, name=path or None, **self._request)
        except Error as error:
            return [{"path": path, "page": 1, "status": "error", "error_code": error.code, "error_message": str(error)}]
        return [{**_row(document), "path": path} for document in documents]

    def table(self, paths: Sequence[str], contents: Sequence[bytes | None]) -> pyarrow.Table:
        rows = [row for path, content in zip(paths, contents) for row in self.rows(path, content)]
        return pyarrow.Table.from_pylist(rows, schema=SCHEMA)


class _ReadBatch(_Worker):
    def __init__(self, options: Mapping[str, Any], request: Mapping[str, Any], path_column: str, bytes_column: str) -> None:
        super().__init__(options, request)
        self._columns = (path_column, bytes_column)

    def __call__(self, batch: pyarrow.Table) -> pyarrow.Table:
        path_column, bytes_column = self._columns
        names = batch.column_names
        if path_column not in names and bytes_column not in names:
            raise Error(f"the dataset has no column {path_column} and none {bytes_column}; it has {', '.join(names)}", "usage")
        paths = batch.column(path_column).to_pylist() if path_column in names else [""] * batch.num_rows
        contents = batch.column(bytes_column).to_pylist() if bytes_column in names else [None] * batch.num_rows
        return self.table([path or "" for path in paths], contents)


class _WritePart(_Worker):
    def __init__(self, options: Mapping[str, Any], request: Mapping[str, Any], folder: str) -> None:
        super().__init__(options, request)
        self._filesystem, self._folder = _folder(folder)

    def __call__(self, batch: pyarrow.Table) -> pyarrow.Table:
        done = [self._write(part["name"], part["paths"]) for part in batch.to_pylist()]
        return pyarrow.Table.from_pylist(done)

    def _write(self, name: str, paths: list[str]) -> dict[str, Any]:
        table = self.table(paths, [None] * len(paths))
        target = f"{self._folder}/{name}"
        # Stores of objects show a file when it is whole; a disk shows what was written so far.
        local = isinstance(self._filesystem, pyarrow.fs.LocalFileSystem)
        unfinished = f"{self._folder}/.{name}.{uuid.uuid4().hex}" if local else target
        pyarrow.parquet.write_table(table, unfinished, filesystem=self._filesystem, compression="zstd")
        if local:
            os.replace(unfinished, target)
        failed = sum(status == "error" for status in table.column("status").to_pylist())
        return {"name": name, "rows": table.num_rows, "failed": failed}


def _folder(folder: str) -> tuple[pyarrow.fs.FileSystem, str]:
    if "://" in folder:
        filesystem, inner = pyarrow.fs.FileSystem.from_uri(folder)
        return filesystem, inner.rstrip("/")
    return pyarrow.fs.LocalFileSystem(), os.path.abspath(folder)


def _paths(paths: Sequence[str | os.PathLike[str]]) -> list[str]:
    if isinstance(paths, (str, bytes, os.PathLike)):
        raise Error("paths: a list of paths is needed, not one", "usage")
    given = [os.fspath(path) for path in paths]
    return [path if "://" in path else os.path.abspath(path) for path in given]  # workers have folders of their own


def _check(options: Mapping[str, Any] | None, request: Mapping[str, Any] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options as dicts, after a try of them here: a bad one fails now and not on each worker."""
    reader, asked = dict(options or {}), dict(request or {})
    if "page" in asked or "name" in asked:
        raise Error("request: every page is read, and its path is its name", "usage")
    try:
        Reader(**reader).read_many([], jobs=1, **asked)
    except TypeError as error:
        raise Error(f"options or request: {error}", "usage") from None
    return reader, asked


def _workers(workers: int | None) -> int:
    if workers is None:
        return max(1, int(ray.cluster_resources().get("CPU", 1)))  # type: ignore[no-untyped-call]
    if workers < 1:
        raise Error(f"workers: {workers} is not a number of workers, 1 or more", "usage")
    return workers


def read_documents(source: ray.data.Dataset | Sequence[str | os.PathLike[str]], *, options: Mapping[str, Any] | None = None,
                   request: Mapping[str, Any] | None = None, workers: int | None = None, batch_size: int = 16,
                   path_column: str = "path", bytes_column: str = "bytes") -> ray.data.Dataset:
    """Reads documents to a dataset of SCHEMA, lazily and in order.

    source      paths that each worker can open, or URIs that pyarrow knows (s3://, gs://, ...); or a dataset with a column of
                bytes, of paths, or both (then the path is what results call it)
    options     of the Reader, by name
    request     the arguments of Reader.read by name, without source, page and name
    workers     that read, one core each; None: as many as the cluster has cores
    batch_size  inputs that a worker takes at a time

    Raises Error for options or a request that cannot be meant.
    """
    reader, asked = _check(options, request)
    if not ray.is_initialized():
        ray.init()
    most = _workers(workers)
    if isinstance(source, ray.data.Dataset):
        dataset, pool = source, ray.data.ActorPoolStrategy(min_size=1, max_size=most)  # what makes the dataset needs cores too
    else:
        dataset = ray.data.from_items([{path_column: path} for path in _paths(source)])
        pool = ray.data.ActorPoolStrategy(size=most)
    result = dataset.map_batches(_ReadBatch, fn_constructor_args=(reader, asked, path_column, bytes_column), batch_format="pyarrow",
                                 batch_size=batch_size, compute=pool, num_cpus=1)
    result.context.execution_options.preserve_order = True
    return result


@dataclasses.dataclass(frozen=True)
class Written:
    """What write_documents did: files and rows of this run, rows with an error among them, and files that were there before."""

    files: int
    rows: int
    failed: int
    kept: int


def _job(reader: Mapping[str, Any], asked: Mapping[str, Any], paths: Sequence[str], inputs_per_file: int) -> dict[str, Any]:
    def plain(value: Any) -> str:
        return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)

    digest = hashlib.sha256("\0".join(paths).encode("utf-8", "surrogateescape")).hexdigest()
    info = Reader(**reader).info
    asked_text = json.loads(json.dumps([reader, asked], default=plain, sort_keys=True))
    return {"version": _core.version(), "model": info.digest, "options": asked_text[0], "request": asked_text[1], "inputs": len(paths),
            "inputs_sha256": digest, "inputs_per_file": inputs_per_file}


def _begin(filesystem: pyarrow.fs.FileSystem, folder: str, job: Mapping[str, Any]) -> set[str]:
    """Marks the folder as the job's; the names of the files that are there. Raises Error where it is another job's."""
    filesystem.create_dir(folder, recursive=True)
    names = {info.base_name for info in filesystem.get_file_info(pyarrow.fs.FileSelector(folder))}
    if _JOB in names:
        with filesystem.open_input_stream(f"{folder}/{_JOB}") as stream:
            before: Optional[dict[str, Any]] = json.loads(stream.readall())
        if before != job:
            different = ", ".join(sorted(key for key in job if not before or before.get(key) != job[key]))
            raise Error(f"{folder}: holds the results of another job ({different} differ): give another folder", "usage")
    elif any(name.endswith(".parquet") for name in names):
        raise Error(f"{folder}: holds Parquet files of something else: give another folder", "usage")
    else:
        with filesystem.open_output_stream(f"{folder}/{_JOB}") as stream:
            stream.write(json.dumps(job, indent=1, sort_keys=True).encode())
    return names


def write_documents(paths: Sequence[str | os.PathLike[str]], folder: str | os.PathLike[str], *, options: Mapping[str, Any] | None = None,
                    request: Mapping[str, Any] | None = None, workers: int | None = None, inputs_per_file: int = 256) -> Written:
    """Reads documents to Parquet files of SCHEMA, each of the same `inputs_per_file` inputs whoever reads them.

    A file appears when it is whole, so the same call goes on where a killed one was: it makes the files that are missing.
    `folder` is one that all workers can write, or a URI that pyarrow knows. The other arguments are those of read_documents.

    Raises Error for options or a request that cannot be meant, and for a folder that holds the results of another job.
    """
    reader, asked = _check(options, request)
    inputs = _paths(paths)
    if inputs_per_file < 1:
        raise Error(f"inputs_per_file: {inputs_per_file} is not 1 or more", "usage")
    filesystem, inner = _folder(os.fspath(folder))
    there = _begin(filesystem, inner, _job(reader, asked, inputs, inputs_per_file))
    parts = [{"name": f"part-{number:06d}.parquet", "paths": inputs[begin:begin + inputs_per_file]}
             for number, begin in enumerate(range(0, len(inputs), inputs_per_file))]
    missing = [part for part in parts if part["name"] not in there]
    done: list[dict[str, Any]] = []
    if missing:
        if not ray.is_initialized():
            ray.init()
        work = ray.data.from_items(missing, override_num_blocks=len(missing)).map_batches(
            _WritePart, fn_constructor_args=(reader, asked, os.fspath(folder) if "://" in os.fspath(folder) else inner), batch_format="pyarrow",
            batch_size=1, compute=ray.data.ActorPoolStrategy(size=min(_workers(workers), len(missing))), num_cpus=1)
        done = list(work.iter_rows())
    return Written(len(done), sum(part["rows"] for part in done), sum(part["failed"] for part in done), len(parts) - len(missing))
