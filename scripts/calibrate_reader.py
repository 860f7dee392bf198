"""Count how far each way of reading can be trusted, on agreements that the reader was not worked out on; writes confidence.yaml.

Run it on a batch of the development half before anyone has looked at what the reader does with it:
`python scripts/calibrate_reader.py 24 45`. Afterwards the figures for that batch say nothing any more.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.corpus.score import routes  # noqa: E402


def main() -> None:
    """Write confidence.yaml for a range of numbers of the development half."""
    first, last = int(sys.argv[1]), int(sys.argv[2])
    counted = routes("development", first, last)
    lines = [
        f"# How often each way of reading was right, as (right + 1) / (uses + 2), on agreements {first} to {last} of the development half of the corpus,",
        "# which the reader had not been worked out on. Written by scripts/calibrate_reader.py.",
    ]
    for name, own in counted.items():
        lines.append(f"{name}:")
        lines += [f"  {route}: {(right + 1) / (uses + 2):.2f} # {right} of {uses}" for route, (right, uses) in own.items()]
    (ROOT / "src" / "samvirke" / "agreements" / "confidence.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
