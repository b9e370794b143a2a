from collections.abc import Sequence
import enum
from typing import Annotated, Literal

import numpy
from numpy.typing import NDArray


def version() -> str: ...

def data_folder() -> str: ...

def finish_work() -> None: ...

def forget_work() -> None: ...

class Alternative:
    """Another character that could stand at a place."""

    @property
    def text(self) -> str:
        """One character; empty for "no character here"."""

    @property
    def confidence(self) -> float:
        """Probability, 0 to 1."""

class Char:
    """One character as the network read it, before any rule."""

    @property
    def text(self) -> str:
        """One character."""

    @property
    def confidence(self) -> float:
        """Probability, 0 to 1."""

    @property
    def quad(self) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]:
        """Corners in the picture in pixels, as high as the line."""

    @property
    def alternatives(self) -> list[Alternative]:
        """Others, best first, at most as many as the reader's `alternatives`."""

class Change:
    """A character that a rule changed."""

    @property
    def position(self) -> int:
        """In `raw`, in characters, from 0."""

    @property
    def old(self) -> str:
        """What was read; empty where nothing was."""

    @property
    def new(self) -> str:
        """What it became; empty where it is no character."""

    @property
    def cost(self) -> float:
        """
        log(probability as read / probability of the change), or a fixed price.
        """

class Check:
    """What a rule says of a field."""

    @property
    def rule(self) -> str:
        """E.g. "date:dd.mm.yyyy" or "alphabet"."""

    @property
    def ok(self) -> bool:
        """Whether the text, as changed, is what the rule asks for."""

    @property
    def changes(self) -> list[Change]:
        """What it changed."""

class Text:
    """A text that was read: what fields and lines share."""

    @property
    def text(self) -> str:
        """After rules."""

    @property
    def raw(self) -> str:
        """Before rules."""

    @property
    def confidence(self) -> float:
        """
        Probability that `text` is right, 0 to 1; the network's own without a calibration.
        """

    @property
    def network_confidence(self) -> float:
        """The network's own, of `raw`, 0 to 1."""

    @property
    def decision(self) -> Literal['accept', 'review', 'reject']:
        """What to do with it: "accept", "review" or "reject"."""

    @property
    def quad(self) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]:
        """
        Corners in the picture in pixels: top left of the text, top right, bottom right, bottom left.
        """

    @property
    def chars(self) -> list[Char]:
        """The characters of `raw`."""

    @property
    def checks(self) -> list[Check]:
        """What the rules say, in their order."""

    @property
    def ms(self) -> float:
        """Milliseconds that reading it took."""

class Line(Text):
    """A line of text that was found on the picture."""

    @property
    def field(self) -> str:
        """Name of the field that it became; empty for none."""

    def __repr__(self) -> str: ...

class Field(Text):
    """A text with a name and a meaning."""

    @property
    def name(self) -> str:
        """The template's, or a standard name: surname, birth_date, ..."""

    @property
    def kind(self) -> str:
        """date, docnum, latin, mrz, text or other; empty when unknown."""

    @property
    def value(self) -> str:
        """What the text means: an ISO date; the text itself for other kinds."""

    @property
    def caption(self) -> str:
        """Without a template: the print that named it; empty for none."""

    @property
    def source(self) -> str:
        """Without a template: caption, number, zone or form; else empty."""

    def __repr__(self) -> str: ...

class ZoneCheck:
    """A check digit."""

    @property
    def name(self) -> str:
        """Of the element, or "composite"."""

    @property
    def ok(self) -> bool: ...

    @property
    def found(self) -> str: ...

    @property
    def expected(self) -> str: ...

class Zone:
    """A machine readable zone (ICAO Doc 9303 and its relatives)."""

    @property
    def format(self) -> str:
        """"TD1", "TD2", "TD3", "MRV-A", ..."""

    @property
    def lines(self) -> list[str]:
        """Its lines as corrected."""

    @property
    def valid(self) -> bool:
        """All check digits match, all days exist, no character is in doubt."""

    @property
    def fields(self) -> dict[str, str]:
        """
        Values by name (document_number, surname, birth_date, ...): without fillers, dates in ISO form.
        """

    @property
    def checks(self) -> list[ZoneCheck]:
        """The check digits."""

    @property
    def warnings(self) -> list[str]: ...

    def __repr__(self) -> str: ...

class Placement:
    """Where the document is in the picture."""

    @property
    def kind(self) -> str:
        """Name of the template; empty without one."""

    @property
    def quad(self) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]:
        """
        Corners in the picture in pixels: top left, top right, bottom right, bottom left.
        """

    @property
    def confidence(self) -> float:
        """That it is there, 0 to 1."""

    @property
    def source(self) -> Literal['given', 'located', 'whole']:
        """Whether the corners were given, located, or are the whole picture's."""

    @property
    def width(self) -> int:
        """Of the upright document, in pixels."""

    @property
    def height(self) -> int:
        """Of the upright document, in pixels."""

class Timing:
    """Milliseconds of the stages."""

    @property
    def decode(self) -> float: ...

    @property
    def locate(self) -> float: ...

    @property
    def rectify(self) -> float: ...

    @property
    def read(self) -> float: ...

    @property
    def total(self) -> float: ...

class ReaderInfo:
    """What reads."""

    @property
    def model(self) -> str:
        """Name of the model, e.g. "nibble-int4"."""

    @property
    def precision(self) -> str:
        """f32, int8 or int4."""

    @property
    def isa(self) -> str:
        """The instruction set that runs, as `nibble doctor` names it."""

    @property
    def digest(self) -> str:
        """Of the model, "sha256:..."."""

    @property
    def calibrated(self) -> bool:
        """Else confidences are the network's own and nothing is accepted."""

    @property
    def accept(self) -> float:
        """Least confidence of an accepted field, 0 to 1."""

    @property
    def review(self) -> float:
        """Least confidence of one not rejected, 0 to 1."""

    @property
    def error_rate(self) -> float:
        """Stated: at most this share of accepted fields is wrong."""

    @property
    def note(self) -> str:
        """Why it is not calibrated; else empty."""

class Document:
    """All that was read on one picture."""

    @property
    def ok(self) -> bool: ...

    @property
    def code(self) -> str: ...

    @property
    def message(self) -> str: ...

    @property
    def path(self) -> bytes: ...

    @property
    def page(self) -> int: ...

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def placement(self) -> Placement | None: ...

    @property
    def fields(self) -> list[Field]: ...

    @property
    def zone(self) -> Zone | None: ...

    @property
    def more_zones(self) -> list[Zone]: ...

    @property
    def lines(self) -> list[Line]: ...

    @property
    def warnings(self) -> list[str]: ...

    @property
    def timing(self) -> Timing: ...

    def to_json(self, indent: int) -> str: ...

    def annotate_array(self, pixels: Annotated[NDArray[numpy.uint8], dict(device='cpu', writable=False)]) -> Annotated[NDArray[numpy.uint8], dict(shape=(None, None, 3))]: ...

    def annotate_file(self, file: FileSource, limits: Limits) -> Annotated[NDArray[numpy.uint8], dict(shape=(None, None, 3))]: ...

def failed_document(path: bytes, code: str, message: str) -> Document: ...

class Clip:
    def add_file(self, file: FileSource, stop: bool) -> None: ...

    def add_array(self, pixels: Annotated[NDArray[numpy.uint8], dict(device='cpu', writable=False)]) -> None: ...

    def enough(self) -> bool: ...

    def result(self) -> Document: ...

class FileSource:
    def __init__(self, path: bytes, content: bytes) -> None: ...

class Limits:
    def __init__(self) -> None: ...

    @property
    def max_pixels(self) -> int: ...

    @max_pixels.setter
    def max_pixels(self, arg: int, /) -> None: ...

    @property
    def max_side(self) -> int: ...

    @max_side.setter
    def max_side(self, arg: int, /) -> None: ...

    @property
    def max_pages(self) -> int: ...

    @max_pages.setter
    def max_pages(self, arg: int, /) -> None: ...

    @property
    def max_bytes(self) -> int: ...

    @max_bytes.setter
    def max_bytes(self, arg: int, /) -> None: ...

class ReaderOptions:
    def __init__(self) -> None: ...

    def set_precision(self, arg: str, /) -> None: ...

    def set_data_folder(self, arg: bytes, /) -> None: ...

    def set_template_folder(self, arg: bytes, /) -> None: ...

    def add_template(self, arg0: FileSource, arg1: FileSource, /) -> None: ...

    @property
    def model(self) -> FileSource: ...

    @model.setter
    def model(self, arg: FileSource, /) -> None: ...

    @property
    def calibration(self) -> FileSource: ...

    @calibration.setter
    def calibration(self, arg: FileSource, /) -> None: ...

    @property
    def calibrate(self) -> bool: ...

    @calibrate.setter
    def calibrate(self, arg: bool, /) -> None: ...

    @property
    def finder(self) -> FileSource: ...

    @finder.setter
    def finder(self, arg: FileSource, /) -> None: ...

    @property
    def isa(self) -> str: ...

    @isa.setter
    def isa(self, arg: str, /) -> None: ...

    @property
    def winograd(self) -> bool: ...

    @winograd.setter
    def winograd(self, arg: bool, /) -> None: ...

    @property
    def device(self) -> str: ...

    @device.setter
    def device(self, arg: str, /) -> None: ...

    @property
    def threads(self) -> int: ...

    @threads.setter
    def threads(self, arg: int, /) -> None: ...

    @property
    def rules(self) -> bool: ...

    @rules.setter
    def rules(self, arg: bool, /) -> None: ...

    @property
    def alternatives(self) -> int: ...

    @alternatives.setter
    def alternatives(self, arg: int, /) -> None: ...

    @property
    def margin(self) -> float: ...

    @margin.setter
    def margin(self, arg: float, /) -> None: ...

    @property
    def beam(self) -> int: ...

    @beam.setter
    def beam(self, arg: int, /) -> None: ...

    @property
    def limits(self) -> Limits: ...

    @limits.setter
    def limits(self, arg: Limits, /) -> None: ...

class RequestType(enum.Enum):
    automatic = 0

    kind = 1

    zone = 2

    text = 3

    line = 4

class Request:
    def __init__(self) -> None: ...

    @property
    def type(self) -> RequestType: ...

    @type.setter
    def type(self, arg: RequestType, /) -> None: ...

    @property
    def kind(self) -> str: ...

    @kind.setter
    def kind(self, arg: str, /) -> None: ...

    def set_quad(self, arg: Sequence[tuple[float, float]], /) -> None: ...

    @property
    def fields(self) -> list[str]: ...

    @fields.setter
    def fields(self, arg: Sequence[str], /) -> None: ...

    @property
    def page(self) -> int: ...

    @page.setter
    def page(self, arg: int, /) -> None: ...

    @property
    def locate_only(self) -> bool: ...

    @locate_only.setter
    def locate_only(self, arg: bool, /) -> None: ...

class Reader:
    def __init__(self, options: ReaderOptions) -> None: ...

    def prepare(self, request: Request) -> None: ...

    @property
    def info(self) -> ReaderInfo: ...

    def read_pages(self, file: FileSource, request: Request, most: int) -> list[Document]: ...

    def clip(self, request: Request, cost: float, max_frames: int) -> Clip: ...

    def read_array(self, pixels: Annotated[NDArray[numpy.uint8], dict(device='cpu', writable=False)], request: Request) -> Document: ...
