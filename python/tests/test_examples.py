"""The scripts in examples/ run as they stand, on the samples."""

import os
import subprocess
import sys
import unittest

from support import SOURCE_DIR, FolderTest


class ExamplesTest(FolderTest):
    def run_example(self, name, *arguments):
        done = subprocess.run([sys.executable, str(SOURCE_DIR / "examples" / name), *arguments], cwd=SOURCE_DIR, capture_output=True, text=True,
                              timeout=600, check=False)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout

    def test_one_photo(self):
        drawn = os.path.join(self.folder, "drawn.png")
        self.assertIn("LINDNESCU", self.run_example("one_photo.py", "data/samples/01_norravia_id/images/TA/TA01_01.jpg", drawn))
        self.assertGreater(os.path.getsize(drawn), 10000)

    def test_folder_to_table(self):
        self.write("broken.jpg", b"broken")
        os.symlink(SOURCE_DIR / "data/samples/01_norravia_id/images/TA/TA01_01.jpg", os.path.join(self.folder, "photo.jpg"))
        table = os.path.join(self.folder, "table.csv")
        self.run_example("folder_to_table.py", self.folder, table)
        with open(table, encoding="utf-8") as file:
            head, broken, photo = file.read().splitlines()
        self.assertIn("surname", head)
        self.assertIn("broken.jpg: ", broken)
        self.assertIn("LINDNESCU", photo)

    def test_evaluate(self):
        self.assertRegex(self.run_example("evaluate.py"), r"int4: \d+\.\d% of \d+ fields")

    def test_own_kind(self):
        self.assertIn("LINDNESCU", self.run_example("own_kind.py"))

    def test_all_are_tested(self):
        tested = {name.removeprefix("test_") + ".py" for name in dir(self) if name.startswith("test_")}
        self.assertLessEqual({path.name for path in (SOURCE_DIR / "examples").glob("*.py")}, tested)


if __name__ == "__main__":
    unittest.main()
