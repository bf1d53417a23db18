# Needs Python 3.11+ and make, nothing else: the first target that runs sets up .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
JOBS ?= 2
OUT ?= out

.PHONY: help demo test check bench eval lock codebook clean
.DEFAULT_GOAL := help

help:
	@echo "make demo      code the sample reports; events, CSV, GeoJSON, JSONL and a page in $(OUT)/"
	@echo "make test      run the tests"
	@echo "make check     format, lint, strict types, tests, docs"
	@echo "make bench     speed, memory, cold start, profile; an archive of 10,000 reports (FULL=1: of 100,000)"
	@echo "make eval      score against the shared sets, beside the last recorded scores"
	@echo "make codebook  write docs/codebook.md from knowledge"
	@echo "make lock      pin the requirements again"
	@echo "make clean     remove what the targets above made"

.venv/.python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Marsad needs Python 3.11 or later")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.run: .venv/.python requirements.txt pyproject.toml
	$(PIP) install -q --no-deps --require-hashes -r requirements.txt
	$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	$(PIP) install -q --no-deps --require-hashes -r requirements-dev.txt
	@touch $@

demo: .venv/.run
	$(BIN)/marsad demo --output $(OUT)

test: .venv/.dev
	$(BIN)/python -m pytest -n $(JOBS)

check: .venv/.dev
	$(BIN)/ruff format --check src tests scripts
	$(BIN)/ruff check src tests scripts
	$(BIN)/mypy
	$(BIN)/marsad knowledge check
	$(BIN)/python scripts/build_codebook.py --check
	$(BIN)/python -m pytest -n $(JOBS)

bench: .venv/.dev
	$(BIN)/python scripts/bench.py
	$(BIN)/python scripts/bench_store.py $(if $(FULL),--full)

eval: .venv/.dev
	$(BIN)/python scripts/eval.py

codebook: .venv/.run
	$(BIN)/python scripts/build_codebook.py

lock: .venv/.dev
	$(PIP) install -q pip-tools
	PIP_TOOLS="$(BIN)/pip-compile" sh scripts/lock.sh

clean:
	rm -rf .venv $(OUT) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests scripts -name __pycache__ -type d -exec rm -rf {} +
