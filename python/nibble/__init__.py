"""Nibble reads the fields of identity documents from photographs: offline, on an ordinary processor.

    import nibble

    reader = nibble.Reader()
    document = reader.read("photo.jpg")
    for field in document.fields.values():
        print(field.name, field.text, field.value, field.confidence, field.decision)

A source is a path, the bytes of a file, an open binary file, an array of shape (height, width) or (height, width, 3) and
type uint8 (grey or RGB), or a picture of PIL. Positions are pixels (x, y) of the picture as it stands upright; (0, 0) is the
centre of its top-left pixel. What cannot be used or read raises `nibble.Error`, whose `code` says why.
"""

import atexit as _atexit
import os as _os

from . import _core
from ._core import (Alternative, Change, Char, Check, Field, Line, Placement, ReaderInfo, Text, Timing, Zone, ZoneCheck)
from ._document import Document
from ._error import Error
from ._input import Source
from ._reader import Reader

__version__: str = _core.version()

__all__ = ["Alternative", "Change", "Char", "Check", "Document", "Error", "Field", "Line", "Placement", "Reader", "ReaderInfo",
           "Source", "Text", "Timing", "Zone", "ZoneCheck", "__version__"]

# A thread that still reads when the interpreter ends could not take its lock again: its end waits for it.
_atexit.register(_core.finish_work)
_os.register_at_fork(after_in_child=_core.forget_work)
