# Two commands matter: `make demo` runs the main job, `make test` passes the tests. Each starts from nothing but Python and make.
SHELL := /bin/sh
VENV ?= .venv
PYTHON ?= $(shell ./tools/find-python.sh)
RUN = "$(VENV)/bin"
PIP = $(RUN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test test-all lint check validate bench schema effects paths reference evidence coverage pictures mutate ends torture-store clean help

help:
	@echo "make demo      run the main job: world-500-2025"
	@echo "make test      run the tests"
	@echo "make test-all  run the tests on every Python from 3.11 up"
	@echo "make lint      lint, format, types, import rules"
	@echo "make check     all of lint, and the tests"
	@echo "make validate  long gates"
	@echo "make bench     speed"
	@echo "make effects   write the largest single effects into docs/model.md (minutes)"
	@echo "make reference write docs/reference: levers, numbers, outcomes, commands"
	@echo "make evidence  write docs/evidence from its tables; WORLDS=200 measures first (hours; stopped, it goes on)"
	@echo "make coverage  write docs/coverage.md from its tables; WORLDS=24 measures first (an hour; stopped, it goes on)"
	@echo "make pictures  draw docs/pictures from FOLDER=outputs/... in an installed Chromium"
	@echo "make mutate    plant small faults, SEED=1 NUMBER=100, and see whether the tests notice (minutes)"
	@echo "make torture-store SEED=1 N=1000  histories of faults for the store, each from its seed"
	@echo "make ends      run every number and lever at both ends (minutes)"
	@echo "make paths     draw ten worlds without policy into docs/paths.png"

$(VENV)/.installed: pyproject.toml constraints.txt tools/find-python.sh
	@test -n "$(PYTHON)" || { ./tools/find-python.sh --explain; exit 1; }
	@echo "making $(VENV) with $(PYTHON)"
	@"$(PYTHON)" -m venv "$(VENV)"
	@$(PIP) -e ".[test]"
	@touch "$@"

$(VENV)/.dev: $(VENV)/.installed
	@$(PIP) -e ".[dev]"
	@touch "$@"

demo: $(VENV)/.installed
	@$(RUN)/clustersim run world-500-2025

test: $(VENV)/.installed
	@$(RUN)/python -m pytest -n 2 --dist worksteal

test-all:
	@for python in $$(./tools/find-python.sh --all); do \
	  version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	  echo "== Python $$version"; \
	  $(MAKE) --no-print-directory test VENV=.venv-$$version PYTHON="$$python" || exit 1; \
	done

lint: $(VENV)/.dev
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/mypy
	@$(RUN)/lint-imports

check: lint
	@$(RUN)/python -m pytest -n 2 --dist worksteal

validate: $(VENV)/.installed
	@$(RUN)/python -m pytest -n 2 --dist worksteal -m "slow or not slow"

bench: $(VENV)/.installed
	@$(RUN)/python benchmarks/speed.py

schema: $(VENV)/.installed
	@$(RUN)/clustersim schema > scenarios/schema.json.tmp && mv scenarios/schema.json.tmp scenarios/schema.json

effects: $(VENV)/.installed
	@$(RUN)/python -m tools.largest_effects

paths: $(VENV)/.installed
	@$(RUN)/python -m tools.paths docs/paths.png

reference: $(VENV)/.installed
	@$(RUN)/python -m tools.reference

torture-store: $(VENV)/.installed
	@$(RUN)/python -m tools.torture_store --seed $(or $(SEED),1) --number $(or $(N),1000)

pictures: $(VENV)/.installed
	@$(RUN)/python -m tools.pictures $(FOLDER)

# the pages from their tables; WORLDS=200 measures what instruments do first
coverage: $(VENV)/.installed
	@$(RUN)/python -m tools.coverage $(if $(WORLDS),--worlds $(WORLDS))

evidence: $(VENV)/.installed
	@$(RUN)/python -m tools.evidence $(if $(WORLDS),--worlds $(WORLDS))

ends: $(VENV)/.installed
	@$(RUN)/python -m tools.ends

# SEED may be several seeds; PAGE=docs/mutants.md writes the table there
mutate: $(VENV)/.installed
	@$(RUN)/python -m tools.mutate --seed $(or $(SEED),1) --number $(or $(NUMBER),100) $(if $(PAGE),--page $(PAGE))

clean:
	@rm -rf .venv .venv-* build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
