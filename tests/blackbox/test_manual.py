"""Manual pages and completions: both say what --help says, in forms that their readers take."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from support import run


def output(*arguments):
    result = run(*arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout.decode()


def commands():
    """The names of all commands, those below others with their path."""
    names = {line.split()[0] for line in output("--help").split("Subcommands:\n")[1].split("\n\n")[0].splitlines() if re.match(r"  [a-z]", line)}
    below = {"bench": ("gemm", "conv", "net", "pipeline", "report"), "model": ("info", "verify"), "template": ("import", "list", "check")}
    return names | {f"{name} {each}" for name, several in below.items() for each in several}


class ManualPages(unittest.TestCase):
    def test_every_command_and_option_has_its_place(self):
        for command in commands():
            page = output("man", *command.split()).replace("\\-", "-").replace("\\fB", "").replace("\\fR", "")
            self.assertIn(f"nibble-{command.replace(' ', '-')} - ", page)
            for option in re.findall(r"^  (?:-\w,)?(--[a-z-]+)", output(*command.split(), "--help"), re.MULTILINE):
                self.assertRegex(page, rf"(?m)^(-\w, )?{option}( |$)", command)

    def test_a_folder_gets_all_pages(self):
        with tempfile.TemporaryDirectory() as folder:
            output("man", "--folder", folder)
            wanted = {"nibble.1"} | {f"nibble-{name.replace(' ', '-')}.1" for name in commands()}
            self.assertLessEqual(wanted, set(os.listdir(folder)))
            if shutil.which("groff"):
                for name in os.listdir(folder):
                    shown = subprocess.run(["groff", "-man", "-Tutf8", "-ww", os.path.join(folder, name)], capture_output=True, check=True)
                    self.assertEqual(b"", shown.stderr, name)

    def test_what_there_is_no_page_of(self):
        result = run("man", "reed")
        self.assertEqual((2, b"nibble: man: there is no command reed\n"), (result.returncode, result.stderr))
        result = run("man", "--folder", "/nowhere/at/all")
        self.assertEqual(1, result.returncode)
        self.assertEqual(1, result.stderr.count(b"\n"))


class Completions(unittest.TestCase):
    def complete(self, *words):
        """What bash offers for the last of the words."""
        script = 'source /dev/stdin; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _nibble; printf "%s\\n" "${COMPREPLY[@]}"'
        result = subprocess.run(["bash", "-c", script, "bash", *words], input=output("completion", "bash").encode(), capture_output=True, check=True)
        self.assertEqual(b"", result.stderr)
        return result.stdout.decode().split()

    def test_bash_offers_commands_options_and_values(self):
        self.assertIn("read", self.complete("nibble", ""))
        self.assertEqual(["read"], self.complete("nibble", "rea"))
        self.assertLessEqual({"gemm", "conv", "net", "pipeline", "report"}, set(self.complete("nibble", "bench", "")))
        self.assertLessEqual({"bash", "zsh", "fish"}, set(self.complete("nibble", "completion", "")))
        self.assertEqual({"json", "jsonl"}, set(self.complete("nibble", "read", "--format", "js")))
        self.assertEqual(["--annotate"], self.complete("nibble", "read", "a.png", "--anno"))
        self.assertEqual(["--sweep"], self.complete("nibble", "bench", "conv", "--sw"))
        self.assertEqual([], self.complete("nibble", "bench", "net", "--sw"))

    def test_bash_offers_files_where_files_stand(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "photo.jpg")
            open(path, "wb").close()
            self.assertEqual([path], self.complete("nibble", "read", os.path.join(folder, "ph")))
            self.assertEqual([path], self.complete("nibble", "read", "-o", os.path.join(folder, "ph")))

    def test_other_shells_take_theirs(self):
        for shell in ("zsh", "fish"):
            text = output("completion", shell)
            for command in commands():
                self.assertIn(command.split()[-1], text)
            if shutil.which(shell):
                checked = subprocess.run([shell, "-n", "/dev/stdin"], input=text.encode(), capture_output=True, check=False)
                self.assertEqual((0, b""), (checked.returncode, checked.stderr), shell)

    def test_a_shell_that_is_not_known(self):
        self.assertEqual(2, run("completion", "tcsh").returncode)


if __name__ == "__main__":
    unittest.main()
