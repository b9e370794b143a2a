"""How many fields are right on a data set in MIDV-500's layout: evaluate.py [DATASET] (see `nibble eval --help`)."""

# %% The program measures; -m nibble is the program
import json
import pathlib
import subprocess
import sys
import tempfile

dataset = sys.argv[1] if len(sys.argv) > 1 else "data/samples"
with tempfile.TemporaryDirectory() as folder:
    report = pathlib.Path(folder) / "report.json"
    subprocess.run([sys.executable, "-m", "nibble", "eval", dataset, "--precision", "int8,int4", "--json", str(report), "-q"],
                   check=True, stdout=subprocess.DEVNULL)
    result = json.loads(report.read_text(encoding="utf-8"))

# %% Of n fields, how many are exactly right; characters wrong, of all (CER)
for precision, found in result["precisions"].items():
    everything = found["all"]
    print(f"{precision}: {everything['exact']:.1%} of {everything['n']} fields, {everything['cer']:.2%} of characters wrong")
    for group, part in found["groups"].items():
        print(f"  {group:8} {part['exact']:.1%} of {part['n']}")
