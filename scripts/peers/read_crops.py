"""Reads crops with another program, one thread: read_crops.py tesseract:LANGUAGE|ppocr LIST OUT.tsv, in the virtual environment.

LIST names one picture a line. OUT has a first line "# name and version", then path, milliseconds and text, tab-separated. The time
runs from the decoded crop to the text; the first crop is read once before, so that nothing is loaded in the measured time.
"""
import ctypes
import ctypes.util
import pathlib
import sys
import time

import cv2

LSTM_ENGINE = 1
SINGLE_LINE = 7  # page segmentation mode
# Tesseract guesses the resolution from the height of the letters unless it is told one.
RESOLUTION = 300


class Tesseract:
    """libtesseract by its C interface (tesseract/capi.h)."""

    def __init__(self, language):
        name = ctypes.util.find_library("tesseract")
        if name is None:
            raise SystemExit("libtesseract is missing: run scripts/setup.sh peers")
        self._library = library = ctypes.CDLL(name)
        handle, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
        for function, result, *arguments in (
                ("TessVersion", text), ("TessBaseAPICreate", handle), ("TessBaseAPIInit2", number, handle, text, text, number),
                ("TessBaseAPISetVariable", number, handle, text, text), ("TessBaseAPISetPageSegMode", None, handle, number),
                ("TessBaseAPISetImage", None, handle, text, number, number, number, number),
                ("TessBaseAPISetSourceResolution", None, handle, number), ("TessBaseAPIGetUTF8Text", handle, handle), ("TessDeleteText", None, handle)):
            getattr(library, function).restype = result
            getattr(library, function).argtypes = arguments
        self._handle = library.TessBaseAPICreate()
        if library.TessBaseAPIInit2(self._handle, None, language.encode(), LSTM_ENGINE) != 0:
            raise SystemExit(f"Tesseract has no data for '{language}': run scripts/setup.sh peers")
        library.TessBaseAPISetPageSegMode(self._handle, SINGLE_LINE)
        library.TessBaseAPISetVariable(self._handle, b"debug_file", b"/dev/null")
        self.name = f"Tesseract {library.TessVersion().decode()}, {language}"

    def __call__(self, grey):
        height, width = grey.shape
        library, handle = self._library, self._handle
        library.TessBaseAPISetImage(handle, grey.ctypes.data_as(ctypes.c_char_p), width, height, 1, width)
        library.TessBaseAPISetSourceResolution(handle, RESOLUTION)
        text = library.TessBaseAPIGetUTF8Text(handle)
        if not text:
            return ""
        result = ctypes.string_at(text).decode("utf-8", "replace")
        library.TessDeleteText(text)
        return result


class PaddleOcr:
    """The recogniser of PP-OCRv4 as rapidocr ships and runs it, without its detector."""

    def __init__(self):
        import onnxruntime
        import rapidocr_onnxruntime
        from rapidocr_onnxruntime.ch_ppocr_rec import TextRecognizer
        from rapidocr_onnxruntime.utils import read_yaml
        cv2.setNumThreads(1)
        folder = pathlib.Path(rapidocr_onnxruntime.__file__).parent
        config = read_yaml(folder / "config.yaml")["Rec"]
        config.update(model_path=str(folder / config["model_path"]), intra_op_num_threads=1, inter_op_num_threads=1)
        self._recognize = TextRecognizer(config)
        self.name = f"PP-OCRv4, ONNX Runtime {onnxruntime.__version__}"

    def __call__(self, grey):
        ((text, _),), _ = self._recognize(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
        return text


def main(reader, listed, out):
    kind, _, language = reader.partition(":")
    read = Tesseract(language) if kind == "tesseract" else PaddleOcr()
    paths = pathlib.Path(listed).read_text(encoding="utf-8").splitlines()
    read(cv2.imread(paths[0], cv2.IMREAD_GRAYSCALE))
    with open(out, "w", encoding="utf-8", newline="\n") as file:
        print("#", read.name, file=file)
        for path in paths:
            grey = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
            start = time.perf_counter()
            text = read(grey)
            ms = 1000 * (time.perf_counter() - start)
            print(path, f"{ms:.4f}", " ".join(text.split("\n")).strip().replace("\t", " "), sep="\t", file=file)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
