"""What can be read, as the library takes it: a file, or pixels."""

from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Union

from . import _core
from ._error import Error

if TYPE_CHECKING:
    import numpy
    import numpy.typing
    import PIL.Image

    Source = Union[str, os.PathLike[str], os.PathLike[bytes], bytes, bytearray, memoryview, IO[bytes],
                   numpy.typing.NDArray[numpy.uint8], PIL.Image.Image]
else:
    Source = Any

# Modes of PIL that have 8 bits a channel, and what they become. Others (I, F, ...) have no scale of brightness to take.
_PIL_MODES = {"L": "L", "RGB": "RGB", "RGBA": "RGBA", "1": "L", "P": "RGBA", "PA": "RGBA", "LA": "RGBA", "La": "RGBA", "RGBa": "RGBA",
              "RGBX": "RGB", "CMYK": "RGB", "YCbCr": "RGB", "LAB": "RGB", "HSV": "RGB"}
_CHANNELS = {"L": 1, "RGB": 3, "RGBA": 4}


class File(NamedTuple):
    """A file: on disk, or its bytes."""

    path: bytes
    content: bytes

    def native(self) -> _core.FileSource:
        return _core.FileSource(self.path, self.content)


class Pixels(NamedTuple):
    """An array of bytes of shape (height, width[, channels])."""

    array: Any


def path_bytes(path: str | os.PathLike[str] | os.PathLike[bytes]) -> bytes:
    """A path as the system has it; "-" is a file of that name, not standard input."""
    try:
        encoded = os.fsencode(path)
    except UnicodeEncodeError:
        raise Error(f"{path!r}: not a name that a file can have", "file_not_found") from None
    if not encoded:
        raise Error("the path of a file is empty", "usage")
    return b"./-" if encoded == b"-" else encoded


def _of_bytes(content: bytes, name: str) -> File:
    if not content:
        raise Error(f"{name}: has no bytes", "decode_failed")
    return File(os.fsencode(name), content)


def _of_stream(stream: Any, name: str | None) -> File:
    called = getattr(stream, "name", None)
    name = name or (called if isinstance(called, str) and called else "file")
    try:
        content = stream.read()
    except (ValueError, OSError) as error:  # a closed file is a ValueError, one that is not for reading an OSError
        raise Error(f"{name}: cannot be read: {error}", "usage" if isinstance(error, ValueError) else "decode_failed") from None
    if not isinstance(content, (bytes, bytearray, memoryview)):
        raise Error(f"{name}: a file of text; open it in binary mode (\"rb\")", "usage")
    return _of_bytes(bytes(content), name)


def _of_array(array: Any) -> Pixels:
    shape, dtype = tuple(array.shape), str(array.dtype)
    if dtype.rpartition(".")[2] != "uint8":  # torch.uint8
        raise Error(f"picture: an array of {dtype}; its type must be uint8", "usage")
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] != 3):
        raise Error(f"picture: an array of shape {shape}; it must be (height, width) or (height, width, 3)", "usage")
    if 0 in shape:
        raise Error(f"picture: an array of shape {shape}: there is nothing to read", "usage")
    return Pixels(array)


def _of_pil(picture: PIL.Image.Image) -> Pixels:
    from PIL import ImageOps
    mode = _PIL_MODES.get(picture.mode)
    if mode is None:
        raise Error(f"picture: PIL's mode {picture.mode} has no 8 bits a channel; convert it to L or RGB", "usage")
    if 0 in picture.size:
        raise Error(f"picture: {picture.width} x {picture.height} pixels: there is nothing to read", "usage")
    try:
        upright = ImageOps.exif_transpose(picture)  # as files are read
        data = upright.convert(mode).tobytes()
    except (OSError, ValueError) as error:  # PIL decodes late: a broken file, or a closed one
        raise Error(f"picture: PIL cannot decode it: {error}", "decode_failed") from None
    shape = (upright.height, upright.width) + ((_CHANNELS[mode],) if mode != "L" else ())
    return Pixels(memoryview(data).cast("B", shape))


def take(source: Source, name: str | None = None) -> File | Pixels:
    """What a source is. `name` stands in messages and results for what has no path. Raises Error."""
    if isinstance(source, (str, os.PathLike)):
        return File(path_bytes(source), b"")
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _of_bytes(bytes(source), name or "bytes")
    pil = sys.modules.get("PIL.Image")  # without it there is none of its pictures
    if pil is not None and isinstance(source, pil.Image):
        return _of_pil(source)
    if hasattr(source, "shape") and hasattr(source, "dtype"):
        return _of_array(source)
    if callable(getattr(source, "read", None)):
        return _of_stream(source, name)
    raise Error(f"{type(source).__name__} cannot be read: give a path, bytes, an open file, an array of uint8 or a picture of PIL", "usage")
