"""Rules in nibble read and nibble eval, on the shipped samples."""

import json
import os
import tempfile
import unittest

from support import SOURCE_DIR, run

SAMPLES = os.path.join(SOURCE_DIR, "data", "samples")
FRAME = os.path.join(SAMPLES, "03_valmere_passport", "images", "TS", "TS03_01.jpg")
QUAD = os.path.join(SAMPLES, "03_valmere_passport", "ground_truth", "TS", "TS03_01.json")


class ReadRules(unittest.TestCase):
    def read(self, *arguments):
        result = run("read", "--template", "valmere_passport", "--quad-json", QUAD, "--format", "json", *arguments, FRAME)
        self.assertEqual(result.returncode, 0, result.stderr.decode())
        return json.loads(result.stdout)

    def test_fields_have_checks_and_values(self):
        result = self.read()
        fields = {field["name"]: field for field in result["fields"]}
        birth = fields["birth_date"]
        self.assertEqual((birth["text"], birth["value"]), ("2004-03-16", "2004-03-16"))
        self.assertEqual([check["rule"] for check in birth["checks"]], ["date:yyyy-mm-dd", "mrz:birth_date"])
        self.assertTrue(all(check["ok"] for check in birth["checks"]))
        self.assertEqual(fields["surname"]["checks"][-1]["rule"], "mrz:surname")
        self.assertEqual(fields["document_number"]["checks"][-1]["rule"], "mrz:document_number")
        self.assertTrue(all(len(c["alternatives"]) <= 3 for field in result["fields"] for c in field["chars"]))

    def test_the_zone_is_filled_from_the_templates_fields(self):
        result = self.read()
        zone = result["mrz"]
        self.assertEqual((zone["format"], zone["valid"]), ("TD3", True))
        self.assertEqual(zone["fields"]["expiry_date"], "2030-12-19")
        self.assertEqual([field["text"] for field in result["fields"] if field["kind"] == "mrz"], zone["lines"])

    def test_without_rules_the_text_is_the_reading(self):
        for field in self.read("--no-rules")["fields"]:
            self.assertEqual((field["text"], field["value"], field["checks"]), (field["raw"], field["raw"], []))

    def test_every_difference_is_reported(self):
        for field in self.read()["fields"]:
            changed = [change for check in field["checks"] for change in check["changed"]]
            self.assertEqual(field["text"] != field["raw"], bool(changed), field["name"])


class EvalRules(unittest.TestCase):
    def predictions(self, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "p.tsv")
            result = run("eval", SAMPLES, "--predictions", path, *arguments)
            self.assertEqual(result.returncode, 0, result.stderr.decode())
            with open(path, encoding="utf-8") as file:
                header, *rows = [line.rstrip("\n").split("\t") for line in file]
        return [dict(zip(header, row)) for row in rows]

    def test_rules_change_no_right_reading_and_no_rules_changes_nothing(self):
        for row in self.predictions("--no-rules"):
            self.assertEqual(row["text"], row["raw"])
        rows = self.predictions()
        self.assertGreater(len(rows), 50)
        for row in rows:
            if row["raw"] == row["truth"]:
                self.assertEqual(row["text"], row["truth"], row)

    def test_rules_know_the_groups_of_the_table_and_not_the_values(self):
        # With groups that say nothing and no template there is no rule.
        with tempfile.TemporaryDirectory() as folder:
            table = os.path.join(folder, "fields.tsv")
            with open(os.path.join(SAMPLES, "fields.tsv"), encoding="utf-8") as source, open(table, "w", encoding="utf-8") as target:
                for number, line in enumerate(source):
                    cells = line.split("\t")
                    cells[3] = cells[3] if number == 0 else "other"
                    target.write("\t".join(cells))
            for row in self.predictions("--fields", table, "--templates", folder):
                self.assertEqual(row["text"], row["raw"])


if __name__ == "__main__":
    unittest.main()
