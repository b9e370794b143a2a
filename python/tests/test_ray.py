"""Ray Data: the same rows on any number of workers, and none lost or twice when workers and drivers are killed."""

import os
import signal
import subprocess
import sys
import time
import unittest

import nibble
from support import PHOTO, SAMPLES, FolderTest, pictures

try:
    import numpy
    import pyarrow.parquet
    import ray
    import ray.cluster_utils
    import ray.data

    import nibble.ray
except ImportError:
    ray = None

DRIVER = """
import sys, ray, nibble.ray
ray.init(address=sys.argv[1], log_to_driver=False)
print("begun", flush=True)
print(nibble.ray.write_documents(open(sys.argv[2]).read().split(), sys.argv[3], workers=2, inputs_per_file=2))
"""


@unittest.skipIf(ray is None, "no ray; scripts/setup.sh python installs it")
class RayTest(FolderTest):
    @classmethod
    def setUpClass(cls):
        os.environ.update(RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO="0", RAY_worker_niceness="0")  # else other work of the machine goes first
        cls.cluster = ray.cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "object_store_memory": 100 << 20})
        cls.cluster.add_node(num_cpus=1, object_store_memory=100 << 20)
        cls.cluster.wait_for_nodes()
        ray.init(address=cls.cluster.address, log_to_driver=False)
        ray.data.DataContext.get_current().enable_progress_bars = False

    @classmethod
    def tearDownClass(cls):
        ray.shutdown()
        cls.cluster.shutdown()

    def expected(self, paths):
        """One process's rows."""
        return [nibble.ray._row(document) for document in nibble.Reader().read_many(paths, jobs=1)]

    def rows(self, folder):
        table = pyarrow.parquet.read_table(folder)
        self.assertEqual(nibble.ray.SCHEMA.names, table.schema.names)
        return table

    def table(self, rows):
        return pyarrow.Table.from_pylist(rows, schema=nibble.ray.SCHEMA)

    def lines(self, count):
        """Small pictures, all different."""
        return [self.write(f"{number:04}.png", pictures.line_picture(numpy.base_repr(number, 3).zfill(6), scale=3)) for number in range(count)]

    def photographs(self, count):
        """The samples under other names: some tenths of a second each."""
        paths = [os.path.join(self.folder, f"{number:04}.jpg") for number in range(count)]
        for number, path in enumerate(paths):
            os.symlink(SAMPLES[number % len(SAMPLES)], path)
        return paths

    def test_any_number_of_workers(self):
        broken = self.write("broken.png", b"broken")
        paths = [*SAMPLES[:3], PHOTO, *self.lines(6), broken, "/nowhere.jpg"]
        expected = self.table(self.expected(paths))
        for workers, batch_size in ((1, 16), (2, 3)):
            dataset = nibble.ray.read_documents(paths, workers=workers, batch_size=batch_size)
            found = pyarrow.concat_tables(batch for batch in dataset.iter_batches(batch_format="pyarrow", batch_size=None)).combine_chunks()
            self.assertEqual(nibble.ray.SCHEMA, found.schema.remove_metadata())
            self.assertTrue(expected.equals(found), workers)
        self.assertEqual(["error", "error"], expected.column("status").to_pylist()[-2:])
        self.assertEqual("LINDNESCU", next(field["text"] for field in expected.column("fields").to_pylist()[paths.index(PHOTO)] if field["name"] == "surname"))

    def test_dataset_of_bytes(self):
        contents = []
        for path in SAMPLES[:2]:
            with open(path, "rb") as file:
                contents.append({"path": path, "bytes": file.read()})
        rows = nibble.ray.read_documents(ray.data.from_items([*contents, {"path": "empty", "bytes": b""}])).take_all()
        self.assertEqual([*SAMPLES[:2], "empty"], [row["path"] for row in rows])
        self.assertEqual(["ok"] * 2 + ["error"], [row["status"] for row in rows])

    def test_bad_arguments(self):
        for arguments in ({"options": {"precision": "int2"}}, {"options": {"colour": 1}}, {"request": {"template": "nowhere"}}, {"request": {"page": 1}},
                          {"workers": 0}):
            with self.subTest(arguments), self.assertRaises(nibble.Error):
                nibble.ray.read_documents([PHOTO], **arguments)
        with self.assertRaises(nibble.Error):
            nibble.ray.read_documents(PHOTO)

    def test_write_again(self):
        """What is there is kept; another job does not mix with it."""
        out = os.path.join(self.folder, "out")
        paths = self.lines(10)
        first = nibble.ray.write_documents(paths, out, inputs_per_file=4)
        self.assertEqual(nibble.ray.Written(3, 10, 0, 0), first)
        os.remove(os.path.join(out, "part-000001.parquet"))
        self.assertEqual(nibble.ray.Written(1, 4, 0, 2), nibble.ray.write_documents(paths, out, inputs_per_file=4))
        self.assertTrue(self.table(self.expected(paths)).equals(self.rows(out).combine_chunks()))
        for change in ({"inputs_per_file": 5}, {"options": {"precision": "int8"}}, {"request": {"template": "none"}}):
            with self.assertRaisesRegex(nibble.Error, "another job"):
                nibble.ray.write_documents(paths, out, **{"inputs_per_file": 4, **change})
        with self.assertRaisesRegex(nibble.Error, "another job"):
            nibble.ray.write_documents(paths[:9], out, inputs_per_file=4)

    def test_kills(self):
        """A worker is killed in the midst, then the driver; the next driver makes what is missing, and the rows are one process's."""
        paths = self.photographs(24)
        listed = self.write("paths.txt", "\n".join(paths).encode())
        out = os.path.join(self.folder, "out")
        driver = subprocess.Popen([sys.executable, "-c", DRIVER, self.cluster.address, listed, out], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            self._wait(lambda: self._parts(out) >= 2)
            os.kill(self._worker(), signal.SIGKILL)
            before = self._parts(out)
            self._wait(lambda: self._parts(out) >= before + 2)
        finally:
            driver.kill()
            driver.communicate()
        kept = self._parts(out)
        done = subprocess.run([sys.executable, "-c", DRIVER, self.cluster.address, listed, out], capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("failed=0", done.stdout)
        self.assertGreaterEqual(kept, 4)
        table = self.rows(out)
        self.assertEqual(paths, table.column("path").to_pylist())
        samples = dict(zip(SAMPLES, self.expected(SAMPLES)))
        self.assertTrue(self.table([{**samples[os.path.realpath(path)], "path": path} for path in paths]).equals(table.combine_chunks()))

    def _parts(self, out):
        return sum(name.startswith("part-") for name in os.listdir(out)) if os.path.isdir(out) else 0

    def _wait(self, ready):
        end = time.monotonic() + 120
        while not ready():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)

    @staticmethod
    def _worker():
        """A process of Ray's in which one of this package's actors lives."""
        for entry in os.listdir("/proc"):
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    if entry.isdecimal() and b"ray::" in (line := file.read()) and b"WritePart" in line:
                        return int(entry)
            except OSError:
                continue
        raise AssertionError("no worker is there")


if __name__ == "__main__":
    unittest.main()
