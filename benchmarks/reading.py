"""Read and check 350 000 member rows, beside what one would use instead: pandera on pandas, and frictionless.

Run ``make bench``. Each program runs in a process of its own; time and peak memory are the process's, imports included. The
edition is constructed: 34 871 municipalities in ten services, 35 000 cooperations of ten members.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MUNICIPALITIES, COOPERATIONS, MEMBERS = 34_871, 35_000, 10
SERVICES = ["legevakt", "ohjelp", "barnevern", "palliasjon", "folkehelse", "demens", "helsehus", "krisesenter", "fysioterapi", "kommuneoverlege"]
LIMIT_SECONDS, LIMIT_BYTES = 10.0, 1.5e9


def construct(folder: Path) -> None:
    """Write the constructed edition."""
    import numpy as np

    rng = np.random.default_rng(1)
    codes = [f"{place:05d}" for place in range(MUNICIPALITIES)]
    (folder / "municipality.csv").write_text("code,name,valid_from\n" + "".join(f"{code},Commune {code},2010-01-01\n" for code in codes), encoding="utf-8")
    cooperations = "".join(f"c{place},{SERVICES[place % 10]},{2000 + place % 20}\n" for place in range(COOPERATIONS))
    (folder / "cooperation.csv").write_text("id,service,valid_from\n" + cooperations, encoding="utf-8")
    starts = rng.integers(0, MUNICIPALITIES - 50, COOPERATIONS)
    rows = []
    for place, start in enumerate(starts):
        for seat, offset in enumerate(rng.choice(50, MEMBERS, replace=False)):
            rows.append(f"c{place},{codes[start + offset]},{2011 + seat % 5}-01-01,{'participant' if seat else 'host'},\n")
    (folder / "member.csv").write_text("cooperation,municipality,valid_from,role,valid_to\n" + "".join(rows), encoding="utf-8")
    fields = {
        "municipality": ["code", "name", "valid_from"],
        "cooperation": ["id", "service", "valid_from"],
        "member": ["cooperation", "municipality", "valid_from", "role", "valid_to"],
    }
    keys = {"municipality": ["code"], "cooperation": ["id"], "member": ["cooperation", "municipality", "valid_from"]}
    references = {
        "member": [{"fields": [name], "reference": {"resource": name, "fields": [key]}} for name, key in (("cooperation", "id"), ("municipality", "code"))]
    }
    resources = [
        {
            "name": name,
            "path": f"{name}.csv",
            "schema": {"fields": [{"name": field, "type": "string"} for field in own], "primaryKey": keys[name], "foreignKeys": references.get(name, [])},
        }
        for name, own in fields.items()
    ]
    (folder / "package.json").write_text(json.dumps({"name": "constructed", "constructed": True, "resources": resources}))


def by_samvirke(folder: Path) -> int:
    """Every rule of the contract."""
    from samvirke.edition import check

    report = check(folder)
    if report.rows["member"] != COOPERATIONS * MEMBERS:
        raise SystemExit("not every row was read")
    return report.errors


def by_pandera(folder: Path) -> int:
    """The part of the contract that pandera can say: types, keys, lists and references."""
    import pandas as pd
    import pandera.pandas as pa

    frames = {name: pd.read_csv(folder / f"{name}.csv", dtype="str", keep_default_na=False) for name in ("municipality", "cooperation", "member")}
    day = pa.Check.str_matches(r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")
    schema = pa.DataFrameSchema(
        {
            "cooperation": pa.Column(str, pa.Check.isin(set(frames["cooperation"]["id"]))),
            "municipality": pa.Column(str, pa.Check.isin(set(frames["municipality"]["code"]))),
            "valid_from": pa.Column(str, day),
            "role": pa.Column(str, pa.Check.isin(["host", "participant", "buyer", "owner", ""])),
            "valid_to": pa.Column(str, day),
        },
        unique=["cooperation", "municipality", "valid_from"],
    )
    pa.DataFrameSchema({"code": pa.Column(str), "name": pa.Column(str)}, unique=["code"]).validate(frames["municipality"], lazy=True)
    pa.DataFrameSchema({"id": pa.Column(str), "service": pa.Column(str, pa.Check.isin(SERVICES))}, unique=["id"]).validate(frames["cooperation"], lazy=True)
    schema.validate(frames["member"], lazy=True)
    return 0


def by_frictionless(folder: Path) -> int:
    """The part that frictionless can say: keys and references."""
    from frictionless import Package

    package = Package.from_descriptor(json.loads((folder / "package.json").read_text()), basepath=str(folder))
    report = package.validate()
    if report.stats["errors"] or report.tasks[-1].stats.get("rows") != COOPERATIONS * MEMBERS:
        raise SystemExit(f"frictionless did not read the tables: {report.flatten(['type', 'note'])[:3]} {report.tasks[-1].stats}")
    return 0


PROGRAMS = {"samvirke": by_samvirke, "pandera": by_pandera, "frictionless": by_frictionless}


def main() -> None:
    """Run each program once and print seconds, memory and ratios."""
    if len(sys.argv) == 3:
        start = time.perf_counter()
        errors = PROGRAMS[sys.argv[1]](Path(sys.argv[2]))
        print(json.dumps({"errors": errors, "seconds": time.perf_counter() - start, "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
        return
    with tempfile.TemporaryDirectory() as name:
        construct(Path(name))
        results = {}
        for program in PROGRAMS:
            result = subprocess.run([sys.executable, __file__, program, name], capture_output=True, text=True, check=True)
            results[program] = json.loads(result.stdout.splitlines()[-1])
    ours = results["samvirke"]
    print(f"{COOPERATIONS * MEMBERS} member rows (constructed)")
    for program, found in results.items():
        print(
            f"{program:13} {found['seconds']:7.1f} s  {found['bytes'] / 1e9:5.2f} GB  {found['seconds'] / ours['seconds']:6.1f} x samvirke's time  errors {found['errors']}"
        )
    met = ours["seconds"] < LIMIT_SECONDS and ours["bytes"] < LIMIT_BYTES
    print(f"limit {LIMIT_SECONDS:.0f} s and {LIMIT_BYTES / 1e9:.1f} GB: {'met' if met else 'MISSED'}")
    sys.exit(not met)


if __name__ == "__main__":
    main()
