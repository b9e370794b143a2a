"""The training of the finder: what is rendered, what its targets say, and its integers."""

import importlib.util
import math
import os
import random
import sys
import unittest

SOURCE = os.environ.get(
    "NIBBLE_SOURCE_DIR",
    os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
)
sys.path.insert(0, os.path.join(SOURCE, "scripts", "training"))


def missing(modules):
    return [name for name in modules if importlib.util.find_spec(name) is None]


def needs_imaging(test):
    """Skips where Python's imaging packages are absent, but never in continuous integration."""
    absent = missing(("numpy", "cv2", "PIL"))
    if absent and not os.environ.get("CI"):
        return unittest.skip("rendering needs %s: run scripts/setup.sh test" % ", ".join(absent))(
            test
        )
    return test


def needs_torch(test):
    """PyTorch is no Debian package of the tests: scripts/train_finder.sh installs it."""
    if missing(("torch", "cv2", "PIL")):
        return unittest.skip(
            "PYTORCH PART SKIPPED, no PyTorch here: run with scripts/train_finder.sh's .venv"
        )(test)
    return test


@needs_imaging
class TargetsTest(unittest.TestCase):
    """What the network should say of the cells of a line."""

    def line(self, angle, half_height=6.0, length=160.0, size=256):
        """Targets with one line through the middle that is read along `angle`, and its axis."""
        import numpy as np
        from finder.targets import Targets

        along = np.array([math.cos(angle), math.sin(angle)])
        down = np.array([-along[1], along[0]])
        begin = np.array([size / 2, size / 2]) - along * length / 2
        targets = Targets(size)
        ends = [begin, begin + along * length]
        targets.add(*[(end - down * half_height, end + down * half_height) for end in ends])
        return targets, begin, along, down

    def test_cells_lie_on_the_line_and_point_to_its_axis(self):
        import numpy as np

        for degrees in (0, 30, 90, 135, 180, 250, 270, 359):
            with self.subTest(degrees=degrees):
                targets, begin, along, down = self.line(math.radians(degrees))
                rows, columns = np.nonzero(targets.values[0])
                self.assertGreater(len(rows), 35)
                for row, column in zip(rows, columns):
                    place = np.array([4 * column + 1.5, 4 * row + 1.5]) - begin
                    u, v = place @ along, place @ down
                    # 0.6 half heights before the ends, half a half height beside the axis.
                    self.assertTrue(3.59 <= u <= 156.41 and abs(v) <= 3.01, (u, v))
                    values = targets.values[:, row, column]
                    np.testing.assert_allclose(values[1:3], along, atol=1e-5)
                    doubled = 2 * math.radians(degrees)
                    np.testing.assert_allclose(
                        values[3:5], (math.cos(doubled), math.sin(doubled)), atol=1e-5
                    )
                    self.assertAlmostEqual(math.log(6 / 8), values[5], places=5)
                    voted = place + values[6:8] * 6
                    self.assertAlmostEqual(0, voted @ down, places=4)
                    self.assertAlmostEqual(u, voted @ along, places=4)

    def test_turned_targets_are_those_of_the_turned_line(self):
        import numpy as np
        from finder.targets import turned

        targets, *_ = self.line(math.radians(20))
        pixels = np.zeros((256, 256), np.uint8)
        for quarters in range(4):
            _, values, weight = turned(pixels, targets.values, targets.weight, quarters)
            # Counterclockwise on a picture whose y points down; its pixels' middles turn about 127.5.
            expected = self.line_about_middle(math.radians(20), quarters)
            np.testing.assert_allclose(values, expected.values, atol=1e-4)
            np.testing.assert_array_equal(weight, expected.weight)

    def line_about_middle(self, angle, quarters):
        import numpy as np
        from finder.targets import Targets

        _, begin, along, down = self.line(angle)
        targets = Targets(256)
        turn = np.linalg.matrix_power(np.array([[0, 1], [-1, 0]]), quarters)
        middle = np.array([127.5, 127.5])
        ends = [
            [turn @ (end + down * side * 6 - middle) + middle for side in (-1, 1)]
            for end in (begin, begin + along * 160)
        ]
        targets.add(*ends)
        return targets

    def test_what_is_covered_is_no_text(self):
        targets, *_ = self.line(0)
        before = targets.values[0].copy()
        targets.cover([(0, 0), (128, 0), (128, 256), (0, 256)])
        self.assertEqual(0, targets.values[:, :, :32].sum())
        self.assertTrue((targets.values[0][:, 33:] == before[:, 33:]).all())

    def test_print_that_is_too_small_does_not_count(self):
        targets, *_ = self.line(0, half_height=1.5)
        self.assertEqual(0, targets.values.sum())
        self.assertEqual(0, targets.weight[32, 20:44].sum())
        self.assertEqual(1, targets.weight[0].min())


@needs_imaging
class RendererTest(unittest.TestCase):
    """Pages are a function of the seed and their number."""

    def setUp(self):
        import fonts

        try:
            fonts.load_fonts()
        except SystemExit as error:  # the fonts of training are more than those of the tests
            self.skipTest("RENDERING PART SKIPPED: %s" % error)

    def test_same_seed_same_pictures(self):
        import numpy as np
        from finder.pages import Renderer

        once, again = Renderer(3, 128).pictures(5), Renderer(3, 128).pictures(5)
        for one, other in zip(once, again):
            np.testing.assert_array_equal(one.pixels, other.pixels)
            np.testing.assert_array_equal(one.values, other.values)
            np.testing.assert_array_equal(one.weight, other.weight)
        different = Renderer(4, 128).pictures(5)
        self.assertFalse(all((a.pixels == b.pixels).all() for a, b in zip(once, different)))

    def test_text_stands_where_targets_say(self):
        """A line drawn black on white has its ink around the axis that its cells vote for."""
        import fonts
        import numpy as np
        from finder import camera
        from finder.drawing import Page
        from finder.targets import Targets

        page = Page(np.full((200, 256), 255, np.float32))
        font = fonts.pick_font(random.Random(1), "HELM 0123")
        page.draw("HELM 0123", font, 24, 30, 120, 0)
        line, targets = page.lines[0], Targets(256)
        corners = [
            (x, y)
            for x in (line.left, line.right)
            for y in (line.baseline - line.cap, line.baseline)
        ]
        ends = camera.project(np.eye(3), corners)
        targets.add(ends[:2], ends[2:])
        dark_rows = np.nonzero(page.pixels.min(1) < 128)[0]
        rows, columns = np.nonzero(targets.values[0])
        half = 8 * np.exp(targets.values[5, rows, columns])
        axis = 4 * rows + 1.5 + targets.values[7, rows, columns] * half
        self.assertLess(np.abs(axis - (dark_rows[0] + dark_rows[-1]) / 2).max(), 1.5)
        self.assertLess(np.abs(2 * half - len(dark_rows)).max(), 2.5)
        dark_columns = np.nonzero(page.pixels.min(0) < 128)[0]
        self.assertGreaterEqual(columns.min() * 4 + 4, dark_columns[0])
        self.assertLessEqual(columns.max() * 4, dark_columns[-1])


@needs_torch
class NetworkTest(unittest.TestCase):
    """The network learns, and its integers are those that training sees."""

    def network(self):
        import torch
        from finder.network import FinderNetwork

        torch.manual_seed(1)
        torch.set_num_threads(1)
        return FinderNetwork()

    def float_tensors(self, network):
        tensors = {}
        for name, block in network.blocks.items():
            tensors[name + ".weight"], tensors[name + ".bias"] = block.folded()
        return tensors

    def test_folded_weights_give_the_same_outputs(self):
        import torch
        from finder.train_quantized import Teacher

        network = self.network()
        x = torch.rand(2, 1, 64, 96)
        network(x)  # so that the norms have seen something
        network.eval()
        with torch.no_grad():
            torch.testing.assert_close(
                Teacher(self.float_tensors(network))(x), network(x), atol=1e-4, rtol=1e-4
            )

    def test_loss_falls(self):
        import numpy as np
        import torch
        from finder import losses
        from finder.targets import Targets

        rng, items = np.random.default_rng(1), []
        for _ in range(4):
            targets, pixels = Targets(128), np.full((128, 128), 0.1, np.float32)
            y = rng.uniform(30, 100)
            targets.add([(20, y - 5), (20, y + 5)], [(110, y - 5), (110, y + 5)])
            pixels[round(y) - 5 : round(y) + 5, 20:110:4] = 0.9
            items.append((pixels[None], targets.values, targets.weight))
        pixels, values, weight = (torch.from_numpy(np.stack(part)) for part in zip(*items))
        network = self.network()
        optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
        history = []
        for _ in range(12):
            loss = losses.total(losses.parts(network(pixels), values, weight))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            history.append(loss.item())
        self.assertLess(history[-1], 0.6 * history[0], history)

    def test_integers_are_what_training_sees(self):
        import torch
        from finder.quantized import QuantizedFinder

        network = self.network().eval()
        ink = torch.randint(
            0, 128, (2, 1, 64, 96), generator=torch.Generator().manual_seed(2)
        ).float()
        for precision, limit in (("int4", 15), ("int8", 127)):
            with self.subTest(precision=precision):
                finder = QuantizedFinder(self.float_tensors(network), precision)
                finder.calibrate([ink])
                trace = {}
                integers = finder.integer_forward(ink, trace)
                with torch.no_grad():
                    simulated = finder(ink)
                # Rounding of ties and multipliers of 15 or 31 bits may differ by one step of a layer here and there.
                step = simulated.abs().max().item() / 50
                self.assertLess((integers - simulated).abs().mean().item(), step)
                for name, values in trace.items():
                    most = 127 if name in ("input", "mix2") or precision == "int8" else limit
                    if name != "head":
                        self.assertTrue(0 <= values.min() and values.max() <= most, name)
                self.assertGreater(values.abs().max(), 0)

    def test_addition_is_the_one_written_down(self):
        from finder.quantized import add_multipliers

        for scale_a, scale_b, out in (
            (0.1, 0.2, 0.25),
            (0.5, 0.003, 0.31),
            (1.0, 1.0, 1.0),
            (0.7, 0.9, 6.1),
        ):
            ma, mb, shift = add_multipliers(scale_a, scale_b, out)
            self.assertTrue(2**14 <= max(ma, mb) < 2**15)
            self.assertLessEqual(0, min(ma, mb))
            for a in range(16):
                for b in range(16):
                    exact = (a * scale_a + b * scale_b) / out
                    self.assertLess(
                        abs(((a * ma + b * mb + (1 << (shift - 1))) >> shift) - exact), 0.51
                    )


if __name__ == "__main__":
    unittest.main()
