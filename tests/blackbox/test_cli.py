"""The program as a whole: help, version, usage errors and terminals."""

import os
import pty
import subprocess
import unittest

from support import PROGRAM, ProgramTest, picture, run, template

COMMANDS = ("read", "eval", "model", "template", "doctor")


class HelpTest(unittest.TestCase):
    def test_help_names_every_command(self):
        result = run("--help")
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        for command in COMMANDS:
            self.assertIn(command.encode(), result.stdout)

    def test_every_command_has_help_with_an_example(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                result = run(command, "--help")
                self.assertEqual((0, b""), (result.returncode, result.stderr))
                self.assertIn(command.encode(), result.stdout)
        self.assertIn(b"nibble read --template", run("read", "--help").stdout)

    def test_version(self):
        result = run("--version")
        self.assertEqual((0, b""), (result.returncode, result.stderr))
        self.assertRegex(result.stdout.decode(), r"^nibble \d+\.\d+\.\d+\n$")

    def test_nothing_asked_shows_the_help_on_stderr(self):
        result = run()
        self.assertEqual((2, b""), (result.returncode, result.stdout))
        self.assertIn(b"nibble read", result.stderr)


class UsageTest(ProgramTest):
    def test_calls_that_cannot_be_meant(self):
        for arguments in (["frobnicate"], ["--frobnicate"], ["read"], ["read", "--frobnicate", "x.png"], ["model"], ["model", "info"],
                          ["template"], ["template", "check"], ["template", "import", "folder"], ["read", "--threads", "many", "x.png"],
                          ["doctor", "--device", "toaster"], ["read", "--progress", "always", "x.png"]):
            with self.subTest(arguments=arguments):
                result = run(*arguments)
                self.check_error(result, 2, "--help")
                self.assertEqual(b"", result.stdout)

    def test_a_command_that_is_none_is_named(self):
        for arguments, mentions in ((["frobnicate"], ("frobnicate: no such command", "read, ", "eval", "nibble --help")),
                                    (["model", "frobnicate"], ("frobnicate: no such command", "info, verify", "nibble model --help")),
                                    (["model", "info"], ("FILE", "nibble model info --help"))):
            with self.subTest(arguments=arguments):
                self.check_error(run(*arguments), 2, *mentions)


class TerminalTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.card = self.write("card.json", template())
        # Long enough for a bar on a fast machine: it is first drawn after a tenth of a second.
        self.names = self.write("list.txt", (self.write("scan.png", picture()) + "\n") * 400)

    def on_terminal(self, *arguments):
        """Runs read with a terminal as stderr; returns what it shows."""
        ours, theirs = pty.openpty()
        with subprocess.Popen([PROGRAM, "read", "--model", self.model, "--template", self.card, *arguments, "@" + self.names],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs) as process:
            os.close(theirs)
            shown = b""
            while True:
                try:
                    part = os.read(ours, 4096)
                except OSError:  # the other end was closed
                    break
                if not part:
                    break
                shown += part
            self.assertEqual(0, process.wait(timeout=60))
        os.close(ours)
        return shown

    def test_the_bar_is_shown_on_a_terminal_and_taken_away(self):
        shown = self.on_terminal()
        self.assertIn(b"/400 files", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"))

    def test_the_bar_can_be_turned_off(self):
        self.assertEqual(b"", self.on_terminal("--progress", "never"))
        self.assertEqual(b"", self.on_terminal("-q"))


if __name__ == "__main__":
    unittest.main()
