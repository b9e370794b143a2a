"""Tables of figures between markers in README: written there, and compared with figures that were measured anew.

A table stands between `<!-- figures:NAME -->` and `<!-- /figures:NAME -->`. Whatever stands between them is written by `run.py --update`.
"""
import dataclasses
import re

# How far a figure in README may be from the one measured anew: points or units, and a share of the value.
TOLERANCES = {
    "accuracy": (0, 0),      # the same data and model give the same readings
    "size": (0, 0),
    "model": (0.05, 0.05),   # instruction counts and llvm-mca's cycles, which follow compiler and LLVM
    "lines": (0.15, 0),      # percent points; rendering follows the versions of fonts and libraries
    "peer": (0.5, 0),        # percent points; other readers come in versions
    "memory": (0, 0.15),
    "ratio": (0, 0.15),      # times as fast, on any processor with the instruction set
    "share": (8, 0),         # percent of the time, or of the peak
    "gain": (0, 0.35),       # percent more a second: a ratio less one
    "time": (0, 0.30),       # on a processor of the same name only
}
BLOCK = re.compile(r"<!-- figures:([\w-]+) -->\n(.*?)<!-- /figures:\1 -->", re.DOTALL)
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?")
BY_HAND = re.compile(r"(?<![\w.])\d+(?:\.\d+)? ?(?:%|ms\b|µs\b|times\b|KB\b|MB\b|points\b)")


@dataclasses.dataclass(frozen=True)
class Figure:
    """A measured cell. All numbers in its text are compared, with the tolerance of its kind."""
    text: str
    kind: str


@dataclasses.dataclass
class Table:
    """Rows of cells: Figure where something was measured, else text. `cpu` is the processor's name where times depend on it."""
    name: str
    header: list
    rows: list
    note: str = ""
    cpu: str = ""


@dataclasses.dataclass(frozen=True)
class Finding:
    """What became of one figure of README: ok, differs, "other processor" or "not measured"."""
    state: str
    where: str
    detail: str


def text_of(cell):
    return cell.text if isinstance(cell, Figure) else cell


def markdown(table):
    """The table and its note."""
    rows = [table.header, ["---"] * len(table.header)] + [[text_of(cell) for cell in row] for row in table.rows]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines + (["", table.note] if table.note else [])) + "\n"


def blocks(readme):
    """{name: what stands between the markers}."""
    return dict(BLOCK.findall(readme))


def cells_of(block):
    """The rows of a table in Markdown without its header."""
    lines = [line for line in block.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines[2:]]


def numbers(text):
    return [float(number) for number in NUMBER.findall(text)]


def near(quoted, measured, kind):
    """Whether the numbers of two texts are the same within the tolerance of their kind."""
    apart, share = TOLERANCES[kind]
    ours, theirs = numbers(quoted), numbers(measured)
    return len(ours) == len(theirs) and all(abs(a - b) <= apart + share * abs(b) + 1e-9 for a, b in zip(ours, theirs))


def same_row(quoted, row):
    return len(quoted) == len(row) and all(isinstance(cell, Figure) or cell == text for cell, text in zip(row, quoted))


def compare_row(table, row, quoted, same_cpu):
    label = ", ".join(cell for cell in row if not isinstance(cell, Figure) and cell)
    for title, cell, text in zip(table.header, row, quoted):
        if not isinstance(cell, Figure):
            continue
        where = f"{table.name}: {label}, {title}"
        if cell.kind == "time" and not same_cpu:
            yield Finding("other processor", where, f"README {text}, here {cell.text}")
        else:
            yield Finding("ok" if near(text, cell.text, cell.kind) else "differs", where, f"README {text}, measured {cell.text}")


def compare_table(table, block):
    """Findings of one table. A row that only one of them has differs, or was not measured."""
    quoted = cells_of(block)
    same_cpu = not table.cpu or table.cpu in block
    used = []
    for row in table.rows:
        found = next((cells for cells in quoted if same_row(cells, row)), None)
        if found is None:
            yield Finding("differs", f"{table.name}: {text_of(row[0])}", "README has no such row: " + " | ".join(map(text_of, row)))
            continue
        used.append(found)
        yield from compare_row(table, row, found, same_cpu)
    for cells in quoted:
        if cells not in used:
            yield Finding("not measured", f"{table.name}: {cells[0]}", "the row stands in README alone: " + " | ".join(cells))


def typed_by_hand(readme):
    """Figures with a unit that stand outside the markers, code blocks and headings."""
    outside = BLOCK.sub("", readme)
    for line in outside.splitlines():
        if line.startswith(("    ", "#", "<!--")):
            continue
        for match in BY_HAND.finditer(line):
            yield Finding("differs", "outside the tables", f"{match.group()!r} is typed by hand: {line.strip()[:80]}")


def check(readme, tables, missing):
    """Findings over the whole of README. `tables` are those that could be made, `missing` maps others' names to what they lack."""
    findings = []
    made = {table.name: table for table in tables}
    for name, block in blocks(readme).items():
        if name in made:
            findings += compare_table(made[name], block)
        else:
            state = "not measured" if name in missing else "differs"
            findings.append(Finding(state, name, missing.get(name, "no such table is known to scripts/experiments/tables.py")))
    return findings + list(typed_by_hand(readme))


def update(readme, tables):
    """README with the tables that could be made written anew."""
    made = {table.name: markdown(table) for table in tables}

    def replace(match):
        name = match[1]
        return f"<!-- figures:{name} -->\n{made[name]}<!-- /figures:{name} -->" if name in made else match[0]

    return BLOCK.sub(replace, readme)
