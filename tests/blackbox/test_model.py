"""nibble model and nibble doctor: good models, and model files damaged at every kind of place."""

import json
import re
import struct
import unittest

import support
from support import ProgramTest, model_bytes, model_metadata, model_tensors, run, safetensors


def parts(model):
    """Header object and data area of a model file."""
    length = struct.unpack("<Q", model[:8])[0]
    return json.loads(model[8:8 + length]), model[8 + length:]


class ModelTest(ProgramTest):
    def test_info(self):
        result = run("model", "info", self.model)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        text = result.stdout.decode()
        for part in ("f32", "sha256:", "conv1", "scores", "random weights"):
            self.assertIn(part, text)

    def test_info_json(self):
        result = run("model", "info", "--format", "json", self.model)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        info = json.loads(result.stdout)
        net = support.graph(len(support.ALPHABET) + 1)
        self.assertEqual([layer["name"] for layer in net["layers"]], [layer["name"] for layer in info["layers"]])
        weights = sum(len(data) // 4 for name, (_, data) in model_tensors(net, 1).items() if name.endswith(".weight"))
        self.assertEqual(weights, info["weights"])
        self.assertEqual(weights, sum(layer["weights"] for layer in info["layers"]))
        self.assertEqual(info["macs"], sum(layer["macs"] for layer in info["layers"]))
        # 32 x 256 pixels, 8 channels of 3 x 3
        self.assertEqual(32 * 256 * 72, info["layers"][0]["macs"])
        self.assertEqual(support.ALPHABET, info["alphabet"])
        self.assertEqual(1, info["training"]["seed"])
        self.assertEqual(len(model_bytes()), info["bytes"])

    def test_verify(self):
        result = run("model", "verify", self.model)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        self.assertRegex(result.stdout.decode(), r"  ok  f32  sha256:[0-9a-f]{64}\n$")

    def test_the_digest_follows_the_weights(self):
        other = self.write("other.safetensors", model_bytes(seed=2))
        again = self.write("again.safetensors", model_bytes(seed=1))
        digests = [line.split()[-1] for line in run("model", "verify", self.model, other, again).stdout.splitlines()]
        self.assertNotEqual(digests[0], digests[1])
        self.assertEqual(digests[0], digests[2])


class BadModelTest(ProgramTest):
    def check_bad(self, content, *mentions):
        bad = self.write("bad.safetensors", content)
        self.check_error(run("model", "verify", bad), 3, bad, *mentions)

    def test_truncated_at_every_kind_of_place(self):
        model = model_bytes()
        header = struct.unpack("<Q", model[:8])[0]
        for size in (0, 1, 7, 8, 9, 8 + header // 2, 7 + header, 8 + header, 9 + header, (8 + header + len(model)) // 2, len(model) - 1):
            with self.subTest(size=size):
                self.check_bad(model[:size])

    def test_bytes_after_the_end(self):
        self.check_bad(model_bytes() + b"\0")

    def test_header_lengths(self):
        model = model_bytes()
        for length in (0, 1, len(model), 2**31, 2**63, 2**64 - 1):
            with self.subTest(length=length):
                self.check_bad(struct.pack("<Q", length) + model[8:])

    def test_headers_that_are_no_model(self):
        for header in (b"", b"{", b"[]", b"null", b"\xff\xfe", b"{\"a\": 1}", b"[" * 100000):
            with self.subTest(header=header[:10]):
                self.check_bad(safetensors(header, b""))

    def test_offsets(self):
        header, blobs = parts(model_bytes())
        name = "conv2.weight"
        begin, end = header[name]["data_offsets"]
        for offsets in ([-1, end], [begin, -1], [end, begin], [begin, end + 4], [begin - 4, end], [begin + 64, end + 64], [0, end - begin],
                        [2**63, 2**63 + 4], [2**64 - 4, 2**64 + 4], [begin], [begin, end, end], "all", [begin, 1e300], [0.5, 4]):
            with self.subTest(offsets=offsets):
                changed = {**header, name: {**header[name], "data_offsets": offsets}}
                self.check_bad(safetensors(changed, blobs), name)

    def test_shapes(self):
        header, blobs = parts(model_bytes())
        for shape in ([16, 3, 3, -8], [2**32, 2**32, 1, 1], [2**62, 4], [0], [], [16, 3, 3], [16, 8, 3, 3], "16", [16.5, 3, 3, 8]):
            with self.subTest(shape=shape):
                changed = {**header, "conv2.weight": {**header["conv2.weight"], "shape": shape}}
                self.check_bad(safetensors(changed, blobs), "conv2.weight")

    def test_types_and_values(self):
        header, blobs = parts(model_bytes())
        for dtype in ("F64", "I32", "", 1, None):
            with self.subTest(dtype=dtype):
                self.check_bad(safetensors({**header, "conv1.bias": {**header["conv1.bias"], "dtype": dtype}}, blobs), "conv1.bias")
        begin = header["conv1.bias"]["data_offsets"][0]
        self.check_bad(safetensors(header, blobs[:begin] + struct.pack("<f", float("nan")) + blobs[begin + 4:]), "conv1.bias")

    def test_metadata(self):
        for key, value in (("format_version", "99"), ("graph", "{"), ("graph", "{}"), ("alphabet", "[]"), ("alphabet", "[\"a\"]"),
                           ("precision", "f16"), ("training", "{")):
            with self.subTest(key=key, value=value):
                header, blobs = parts(model_bytes())
                header["__metadata__"][key] = value
                self.check_bad(safetensors(header, blobs))
        for key in ("format_version", "graph", "alphabet", "precision"):
            with self.subTest(missing=key):
                header, blobs = parts(model_bytes())
                del header["__metadata__"][key]
                self.check_bad(safetensors(header, blobs), key)

    def test_graph_that_does_not_fit_together(self):
        net = support.graph(len(support.ALPHABET) + 1)
        net["layers"][1]["in"] = 9
        header, blobs = parts(model_bytes())
        header["__metadata__"] = model_metadata(net)
        self.check_bad(safetensors(header, blobs), "conv2")

    def test_a_bad_model_does_not_stop_the_next(self):
        bad = self.write("bad.safetensors", b"no model")
        result = run("model", "verify", bad, self.model)
        self.check_error(result, 3, bad)
        self.assertIn(b"  ok  ", result.stdout)

    def test_missing_model(self):
        missing = self.path("missing.safetensors")
        for arguments in (["model", "info", missing], ["model", "verify", missing], ["read", "--line", "--model", missing, "x.png"],
                          ["doctor", "--model", missing]):
            with self.subTest(arguments=arguments):
                self.check_error(run(*arguments), 3, missing)

    def test_a_bad_model_is_said_by_read(self):
        bad = self.write("bad.safetensors", model_bytes()[:1000])
        line = self.write("line.png", support.line_picture())
        result = run("read", "--line", "--model", bad, line)
        self.check_error(result, 3, bad)
        self.assertEqual(b"", result.stdout)


class DoctorTest(ProgramTest):
    def test_doctor(self):
        result = run("doctor", "--model", self.model)
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        text = result.stdout.decode()
        for label in ("nibble ", "compiler ", "processor ", "features ", "kernels ", "data ", "model ", "self-test "):
            self.assertTrue(any(line.startswith(label) for line in text.splitlines()), label)
        self.assertRegex(text, "self-test +ok.*sha256:[0-9a-f]{64}")
        self.assertEqual(text, run("doctor", "--model", self.model).stdout.decode())

    def test_doctor_examines_both_forms_of_4_bit_layers(self):
        both = run("doctor", "--precision", "int4").stdout.decode()
        tests = [line for line in both.splitlines() if line.startswith("self-test")]
        direct = [line for line in tests if "without Winograd" in line]
        self.assertEqual(len(direct), len(tests) // 2, both)  # portable has one form alone
        self.assertEqual(len({re.search("sha256:[0-9a-f]{64}", line)[0] for line in tests}), 1, both)
        alone = run("doctor", "--precision", "int4", "--no-winograd").stdout.decode()
        self.assertEqual([line for line in alone.splitlines() if line.startswith("self-test")],
                         [line for line in tests if line in direct or " ok on portable:" in line])

    def test_a_model_that_cannot_be_trusted(self):
        bad = self.write("bad.safetensors", model_bytes()[:-4])
        self.check_error(run("doctor", "--model", bad), 3, bad)

    def test_a_data_folder_without_models(self):
        self.check_error(run("doctor", env={"NIBBLE_DATA": self.path("nothing")}), 3, self.path("nothing"))

    def test_the_best_shipped_precision_is_the_default(self):
        self.write("data/models/nibble-f32.safetensors", model_bytes())
        data = {"NIBBLE_DATA": self.path("data")}
        line = self.write("line.png", support.line_picture())
        result = run("read", "--line", "--format", "json", line, env=data)
        self.assertEqual(("nibble-f32", "f32"), tuple(json.loads(result.stdout)["tool"][key] for key in ("model", "precision")))
        self.check_error(run("read", "--line", "--precision", "int8", line, env=data), 3, "int8")


if __name__ == "__main__":
    unittest.main()
