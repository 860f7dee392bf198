"""Make docs/study.png, the picture in the README: the first page of the study beside two of its figures.

Needs Playwright and a Chromium; run ``python scripts/make_picture.py CHROMIUM`` after `make study`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from samvirke.report import make_study, write_study

PAGE = """<body style="margin:0;background:#e8edf0;display:flex;gap:24px;padding:24px;width:max-content;align-items:flex-start">
<img src="front.png" width="560" style="box-shadow:0 2px 10px #0003">
<div style="display:flex;flex-direction:column;gap:24px"><img src="answers_by_municipality.png" width="560" style="box-shadow:0 2px 10px #0003">
<img src="agreements_by_year.png" width="560" style="box-shadow:0 2px 10px #0003"></div></body>"""


def main(chromium: str) -> None:
    """Photograph the study and put the parts side by side."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        page = write_study(make_study("nibr-2015"), folder, "en")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(viewport={"width": 900, "height": 1340})
        tab.goto(page.as_uri())
        tab.wait_for_timeout(3000)
        tab.screenshot(path=folder / "front.png")
        for finding in ("answers_by_municipality", "agreements_by_year"):
            box = tab.locator(f"#{finding}").bounding_box()
            figure = tab.locator(f"#{finding} figure").bounding_box()
            if box and figure:
                area = {"x": 0, "y": box["y"] - 6, "width": 900, "height": figure["y"] + figure["height"] - box["y"] - 6}
                tab.screenshot(path=folder / f"{finding}.png", clip=area, full_page=True)  # type: ignore[arg-type]
        (folder / "page.html").write_text(PAGE, encoding="utf-8")
        both = browser.new_page(viewport={"width": 1192, "height": 400})
        both.goto((folder / "page.html").as_uri())
        both.screenshot(path=Path(__file__).parent.parent / "docs" / "study.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
