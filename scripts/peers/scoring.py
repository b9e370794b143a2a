"""The project's figures (data/metrics.h) over readings of any program."""
import csv

COLUMNS = ("exact", "exact_norm", "pcr", "cer")


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        above, row = row, [i + 1]
        for j, y in enumerate(b):
            row.append(min(above[j + 1] + 1, row[j] + 1, above[j] + (x != y)))
    return row[-1]


def normalize(text):
    """What the published figures compare: upper-case, O = 0, no white space at the ends."""
    return text.upper().replace("O", "0").strip()


def score(samples):
    """Figures of (truth, text, milliseconds) triples; a text of None is a missing reading and counts as empty."""
    count = missing = exact = exact_norm = norm_errors = errors = length = 0
    total_ms = 0.0
    for truth, text, ms in samples:
        missing += text is None
        text = text or ""
        count += 1
        exact += text == truth
        exact_norm += normalize(text) == normalize(truth)
        length += len(truth)
        norm_errors += min(len(truth), edit_distance(normalize(truth), normalize(text)))
        errors += edit_distance(truth, text)
        total_ms += ms
    return {"n": count, "missing": missing, "exact": exact / count if count else 0.0, "exact_norm": exact_norm / count if count else 0.0,
            "pcr": 1 - norm_errors / length if length else 0.0, "cer": errors / length if length else 0.0,
            "ms_per_field": total_ms / count if count else 0.0}


def read_table(path):
    """Rows of a tab-separated file with a header, as dictionaries; quotes are plain characters."""
    with open(path, encoding="utf-8", newline="\n") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def key_of(row):
    return row["type"], row["frame"], row["field"]


def clean_rows(rows, labels):
    """The rows of a predictions file that count: those marked clean in a table of labels, or all without one (None)."""
    if labels is None:
        return rows
    clean = {key_of(label) for label in labels if label["clean"] == "1"}
    return [row for row in rows if key_of(row) in clean]


def score_readings(rows, readings):
    """Figures of all rows and of each group; `readings` maps key_of(row) to (text, milliseconds)."""
    samples = [(row["group"], (row["truth"], *readings.get(key_of(row), (None, 0.0)))) for row in rows]
    groups = sorted({group for group, _ in samples})
    return {"all": score([sample for _, sample in samples]),
            "groups": {group: score([sample for name, sample in samples if name == group]) for group in groups}}
