"""The program for 64-bit ARM, on emulated processors, reads the samples as this machine's does: the same texts and decisions, and the same scores
of the integer networks for the same input. Confidences may differ a little: Debian compiles OpenCV for ARM with fused multiply-adds, so that a
resized picture differs by a rounding here and there.

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


# Most that was seen between the two on the samples: 0.0094 of a network's confidence, none of places.
CONFIDENCE = 0.02
PIXELS = 0.5
SINGLE_CHARACTERS = "chars"  # their alternatives change places where two are nearly as likely


def differences(here, there, path=""):
    """Where two results differ by more than a rounding of the picture explains."""
    if isinstance(here, dict) and isinstance(there, dict):
        keys = sorted((here.keys() | there.keys()) - {SINGLE_CHARACTERS})
        return [text for key in keys for text in differences(here.get(key), there.get(key), f"{path}.{key}")]
    if isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        return [text for index, pair in enumerate(zip(here, there)) for text in differences(*pair, f"{path}[{index}]")]
    most = CONFIDENCE if path.endswith("confidence") else PIXELS
    near = isinstance(here, float) and isinstance(there, float) and abs(here - there) <= most
    return [] if near or here == there else [f"{path}: {here} and {there}"]


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
                    self.assertEqual([], differences(here, there))

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
