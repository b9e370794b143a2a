"""The program for 64-bit ARM, on emulated processors, reads the same texts from the samples as this machine's does, at the same places.

The networks' scores are the same for the same input. Confidences are not compared, and decisions neither: Debian compiles OpenCV for ARM with fused
multiply-adds, so that a resized or straightened picture differs by roundings, and with it what the networks see.
NIBBLE_PROGRAM is this machine's program, NIBBLE_ARM the other, NIBBLE_EMULATOR what runs it, NIBBLE_SOURCE_DIR the sources. NIBBLE_WHOLE=1 compares
every sample on every instruction set, otherwise each instruction set reads one. Prints a table of digests.
"""

import hashlib
import json
import os
import pathlib
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ["NIBBLE_SOURCE_DIR"])
NATIVE = [os.environ["NIBBLE_PROGRAM"]]
EMULATOR = os.environ.get("NIBBLE_EMULATOR", "qemu-aarch64")
ARM = os.environ["NIBBLE_ARM"]
WHOLE = os.environ.get("NIBBLE_WHOLE") == "1"
SAMPLES = "data/samples"

# Each instruction set on a processor that has nothing better, and what it reads unless all of it is asked for.
PROCESSORS = {
    "neon": ("cortex-a53", "05_utopia_registration/images/TA/TA05_01.jpg"),
    "neon_dotprod": ("cortex-a76", "03_valmere_passport/images/KA/KA03_01.jpg"),
    "neon_i8mm": ("max", "01_norravia_id/images/TA/TA01_01.jpg"),
}


PIXELS = 1.5  # twice what was seen on the samples, 0.7 of a document's corner


def essence(document):
    """What must be the same: [(name, text)], and the corners of everything as numbers."""
    found = [*document.get("fields", []), *document.get("lines", [])]
    texts = [document["document"]["template"], document["status"], *((one.get("name"), one["text"], one.get("value")) for one in found)]
    corners = [number for one in [document["document"], *found] for point in one.get("quad") or [] for number in point]
    return texts, corners


def emulated(isa):
    return [EMULATOR, "-cpu", PROCESSORS[isa][0], ARM]


def output_of(command, *arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NIBBLE_")}
    environment["NIBBLE_DATA"] = str(SOURCE / "data")
    result = subprocess.run([*command, *arguments], capture_output=True, text=True, cwd=SOURCE, env=environment, check=False)
    if result.returncode != 0:
        raise AssertionError(f"{command} {arguments} ended with {result.returncode}: {result.stderr}")
    return result.stdout


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key not in ("ms", "timing_ms", "isa")}
    return [without_times(item) for item in value] if isinstance(value, list) else value


def read(command, isa, samples, *options):
    """What was read of each sample, without times; the instruction set, which nothing but the processor chose, is checked and left out."""
    lines = output_of(command, "read", "--format", "jsonl", *options, *samples).splitlines()
    documents = [json.loads(line) for line in lines]
    if isa:
        assert {document["tool"]["isa"] for document in documents} == {isa}
    return [without_times(document) for document in documents]


def digest(document):
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]


def self_tests(command):
    """The words of each line in which doctor tells the scores of a model on an instruction set."""
    return [line.split() for line in output_of(command, "doctor").splitlines() if line.startswith("self-test")]


def samples_of(isa):
    if WHOLE:
        return sorted(str(path.relative_to(SOURCE)) for path in (SOURCE / SAMPLES).glob("*/images/**/*") if path.suffix in (".jpg", ".png"))
    return [f"{SAMPLES}/{PROCESSORS[isa][1]}"]


class SamplesTest(unittest.TestCase):
    maxDiff = 4000

    def compare(self, instruction_sets, *options):
        for isa in instruction_sets:
            samples = samples_of(isa)
            expected = read(NATIVE, None, samples, *options)
            found = read(emulated(isa), isa, samples, *options)
            self.assertEqual(len(samples), len(found))
            for sample, here, there in zip(samples, expected, found):
                print(f"{pathlib.Path(sample).name:28} {' '.join(options):24} x86-64 {digest(here)}  {isa:13}{digest(there)}", flush=True)
                with self.subTest(sample=sample, isa=isa):
                    self.assertTrue(here.get("fields") or here.get("lines"), "nothing was read")
                    texts, corners = essence(there)
                    self.assertEqual(essence(here)[0], texts)
                    self.assertEqual(len(essence(here)[1]), len(corners))
                    self.assertLessEqual(max(abs(a - b) for a, b in zip(essence(here)[1], corners)), PIXELS)

    def test_kinds(self):
        self.compare(PROCESSORS)

    def test_any_text(self):
        self.compare(PROCESSORS if WHOLE else ["neon_dotprod"], "--template", "none")

    @unittest.skipUnless(WHOLE, "the shipped models' scores are compared by kernels.emulated too")
    def test_scores_of_models(self):
        """The digests of the integer networks' scores are those of this machine, on every instruction set."""
        expected = {words[-1] for words in self_tests(NATIVE) if "made with" in " ".join(words)}
        for isa in PROCESSORS:
            found = [words for words in self_tests(emulated(isa)) if "made with" in " ".join(words)]
            print(*(" ".join(words) for words in found), sep="\n", flush=True)
            self.assertIn(isa, {words[3].rstrip(":") for words in found})
            self.assertEqual(expected, {words[-1] for words in found})


if __name__ == "__main__":
    unittest.main()
