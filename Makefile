# `make help` tells what there is. VENV and PYTHON may be set; TORCH=cpu avoids torch's CUDA build on Linux.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TORCH ?=
SEED ?= 0

.DEFAULT_GOAL := help
.PHONY: help install book course test chaos check format licences bench mutants lab serve clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 16

install: $(INSTALLED)  ## the virtual environment with every pinned package

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..." >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
ifeq ($(TORCH),cpu)
	$(BIN)/python -m pip install --quiet -c constraints.txt uv
	$(BIN)/uv pip install --python $(BIN)/python --torch-backend cpu -c constraints.txt "$$(grep ^torch== constraints.txt)"
endif
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev,course,cluster]'
	@touch $@

book: $(INSTALLED)  ## run what changed, judge every claim, make the site in build/html
	$(BIN)/companion build

course: $(INSTALLED)  ## prove that every exercise can be marked: reference solutions full, untouched stubs none
	$(BIN)/companion course check

test: $(INSTALLED)  ## the tests, with the coverage of lib and book
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term

chaos: $(INSTALLED)  ## kill builds in every phase, and see that the next one completes (about 10 minutes)
	$(BIN)/python -m pytest -m chaos --timeout 0 tests/chaos

check: $(INSTALLED)  ## what pre-commit checks: form, types, spelling, direction of imports
	$(BIN)/ruff format --check lib book tests benchmarks docs
	$(BIN)/ruff check lib book tests benchmarks docs
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell $$(git ls-files)
	$(BIN)/python -m book.form
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

format: $(INSTALLED)  ## put code and chapters into form
	$(BIN)/ruff check --fix lib book tests benchmarks docs
	$(BIN)/ruff format lib book tests benchmarks docs
	$(BIN)/python -m book.form --fix

licences: $(INSTALLED)  ## list the licences of all pinned packages: docs/licences.md
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[lab,mutation]'
	$(BIN)/python -m book.licences

bench: $(INSTALLED)  ## what it costs, against what one would take instead: the table in the README (about half an hour)
	$(BIN)/python -m benchmarks

mutants: $(INSTALLED)  ## how many of 200 random faults in the code the tests and claims notice (an hour or more)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[mutation]'
	$(BIN)/python -m benchmarks.mutation --seed $(SEED)

lab: $(INSTALLED)  ## JupyterLab, in which a chapter's text opens as a notebook
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[lab]'
	$(BIN)/jupyter lab notebooks

serve: book  ## the site on this machine, at http://127.0.0.1:8000/
	$(BIN)/companion serve

clean:  ## remove what was built, not the virtual environment
	rm -rf build
