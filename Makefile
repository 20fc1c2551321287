# Everything sets itself up: a clone, python3 >= 3.11, git and a network to the package registries are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test check bench conformance bed docs lock clean

help:
	@echo "make demo         play the recorded 09:14 incident through a real MCP client"
	@echo "make test         all tests, real providers included"
	@echo "make check        ruff, mypy --strict, import-linter, structure tests"
	@echo "make conformance  the official MCP conformance suite and the Inspector against the real server"
	@echo "make bench        the figures of bench/README.md"
	@echo "make bed          start the test bed by hand, until Ctrl-C"
	@echo "make docs         write what is generated: the tables of README.md, and docs/adapters"

$(STAMP): requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "python3 >= 3.11 is needed"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "python3 >= 3.11 is needed"; exit 1; }
	@echo "setting up $(VENV) (once, about half a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(BIN)/python -m compileall -q src adapters  # as pip does for what it installs: a start need not compile
	@touch $@

demo: $(STAMP)
	@$(BIN)/opsloom demo

test: $(STAMP)
	$(BIN)/pytest -q --numprocesses=auto --maxprocesses=4 --dist=loadfile

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/repo

bench: $(STAMP)
	$(BIN)/python -m bench

conformance: $(STAMP)
	$(BIN)/python -m tests.conformance

bed: $(STAMP)
	$(BIN)/python -m tests.bed up

docs: $(STAMP)
	$(BIN)/python -m scripts.readme
	$(BIN)/python -m scripts.adapters

lock: $(STAMP)
	$(BIN)/python scripts/lock.py

clean:
	rm -rf $(VENV) .bed .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
