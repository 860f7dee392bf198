"""How far the reader of agreements can be trusted, and how fast it is, beside taking the bare text out with pdfplumber.

Run ``make bench``. Precision and recall are of the frozen half of the constructed corpus, with their numbers and Wilson's 95 % interval; of each
field, the value must be wholly right. The long agreement is put together of constructed ones until it has 40 pages. The thousand are copies of the
corpus' files in all formats, with one damaged file among them.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

PAGES, MANY, LIMIT_SECONDS = 40, 1_000, 3.0


def trust() -> None:
    """Print precision and recall by field."""
    from statsmodels.stats.proportion import proportion_confint
    from tests.corpus.build import corpus
    from tests.corpus.score import score

    print(f"The reader on {len(corpus('test'))} frozen constructed agreements:")
    for name, one in score("test").items():
        said = []
        for word, of in (("precision", one.right + one.wrong), ("recall", one.right + one.missed)):
            low, high = proportion_confint(one.right, of, method="wilson") if of else (float("nan"), float("nan"))
            said.append(f"{word} {one.right / of if of else float('nan'):.2f} (n {of}, {low:.2f} to {high:.2f})")
        print(f"  {name:16} {', '.join(said)}")


def long_agreement(folder: Path) -> Path:
    """Write one PDF of 40 pages or more of the constructed agreements."""
    from pypdf import PdfReader
    from tests.corpus.build import build, corpus

    source, pages, text = folder / "long", 0, ""
    source.mkdir()
    (source / "truth.yaml").write_text("format: pdf\nlanguage: nb\n", encoding="utf-8")
    for one in corpus("development") * 3:
        text += (one / "agreement.md").read_text(encoding="utf-8").split("---note---")[0] + "\n---page---\n"
        if (pages := pages + 2) < PAGES:
            continue
        (source / "agreement.md").write_text(text, encoding="utf-8")
        path = build(source, folder / "built")
        if (pages := len(PdfReader(path).pages)) >= PAGES:
            return path
    raise SystemExit("the corpus is too short for a long agreement")


def fast(path: Path) -> None:
    """Print how long one long agreement takes, and the bare text beside it."""
    import pdfplumber

    from samvirke.agreements.checking import check
    from samvirke.agreements.reader import read

    took = {}
    for name in ("warm", "read and checked"):
        began = time.perf_counter()
        pages = check(read(path))
        took[name] = time.perf_counter() - began
    began = time.perf_counter()
    with pdfplumber.open(path) as document:
        text = "".join(page.extract_text() or "" for page in document.pages)
        count = len(document.pages)
    took["pdfplumber"] = time.perf_counter() - began
    own = took["read and checked"]
    print(f"A PDF of {count} pages ({len(text.split())} words): read and checked in {own:.2f} s ({len(pages.clauses)} clauses), the bare text by pdfplumber in")
    print(f"  {took['pdfplumber']:.2f} s: {took['pdfplumber'] / own:.1f} times as long. Within {LIMIT_SECONDS:g} s: {'yes' if own < LIMIT_SECONDS else 'NO'}")


def many(folder: Path) -> None:
    """Print how long a thousand files take, one of them damaged."""
    from tests.corpus.build import build, corpus

    from samvirke.agreements.batch import read_files

    built = [build(one, folder / "kinds") for one in corpus("development")]
    target = folder / "many"
    target.mkdir()
    for place in range(MANY - 1):
        one = built[place % len(built)]
        shutil.copy(one, target / f"{place:04d}{one.suffix}")
    (target / "9999.pdf").write_bytes(built[0].read_bytes()[:200] if built[0].suffix == ".pdf" else b"%PDF-1.7 broken")
    began, steps = time.perf_counter(), []
    done, failed = read_files(sorted(target.iterdir()), lambda _, place, total: steps.append((place, total)))
    took = time.perf_counter() - began
    print(
        f"{len(done)} agreements read and checked and {len(failed)} refused in {took:.1f} s ({took / len(done) * 1000:.0f} ms each), {len(steps)} steps of progress"
    )
    if (len(done), len(failed)) != (MANY - 1, 1):
        raise SystemExit("a bad file stopped the others")


def main() -> None:
    """Run all three."""
    trust()
    with tempfile.TemporaryDirectory() as name:
        fast(long_agreement(Path(name)))
        many(Path(name))


if __name__ == "__main__":
    main()
