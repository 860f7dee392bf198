# Two commands do everything on a fresh machine: `make study` and `make test`.
PYTHON ?= python3
LANGUAGE_OF_STUDY ?= nb
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
STUDY := build/study

.PHONY: study test lint bench docs lock edition chromium clean

study: $(READY)
	@$(BIN)/samvirke study nibr-2015 --out $(STUDY) --language $(LANGUAGE_OF_STUDY)

test: $(READY) chromium lint
	$(BIN)/pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/agreements.py
	$(BIN)/python benchmarks/planning_risk.py
	$(BIN)/python benchmarks/planning_regions.py
	$(BIN)/python benchmarks/overlap.py
	$(BIN)/python benchmarks/null_models.py

# The reference pages, made from the schemas, the catalogue, the lists and the law.
docs: $(READY)
	$(BIN)/python scripts/make_docs.py
	$(BIN)/sphinx-build --quiet --fail-on-warning --builder html docs build/docs
	@echo "The documentation is in build/docs/index.html"

# Everything is pinned by hash in requirements.lock; nothing is resolved anew.
$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Samvirke needs Python 3.11 or newer; say which with PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || $(MAKE) --no-print-directory venv-by-apt
	@echo "Installing what is pinned in requirements.lock ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Debian keeps venv in a package of its own.
.PHONY: venv-by-apt
venv-by-apt:
	@[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "python3 -m venv does not work; install the package python3-venv"; exit 1; }
	apt-get update -qq && apt-get install -y -qq python3-venv
	$(PYTHON) -m venv --clear $(VENV)

# The tests open pages in a real browser and read scanned pages with a real program; where there is none and it cannot be installed, those tests skip
# and say so.
chromium:
	@{ command -v chromium && command -v tesseract; } >/dev/null || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || \
		{ apt-get update -qq && apt-get install -y -qq chromium && apt-get install -y -qq --no-install-recommends tesseract-ocr tesseract-ocr-nor; }

# Pins for every supported Python and system, without the address of any registry.
lock: $(READY)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra all --group test --group lint --group bench --group build --group docs --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --upgrade --output-file requirements.lock

# Make the built-in editions again: the one from the tables of the note's appendix, and the made-up country.
edition: $(READY)
	$(BIN)/python scripts/make_nibr_2015.py ../shared/note
	$(BIN)/python scripts/make_constructed.py

clean:
	rm -rf $(VENV) build
