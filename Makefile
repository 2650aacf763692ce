# make run: the dashboard.  make test: the whole suite.  Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help install dev run test test-fast lint screenshots lesson starter bench bench-verdict chaos clean

help:
	@echo "make run          open the dashboard on http://localhost:$(PORT)"
	@echo "make run SHARE=1  the same, and let others watch"
	@echo "make test         every test, in a real browser too"
	@echo "make test-fast    the tests that need neither training nor a browser"
	@echo "make lint         ruff and mypy"
	@echo "make screenshots  take the README's pictures anew"
	@echo "make lesson       train the lesson's runs anew (half an hour)"
	@echo "make starter      train the starter runs that come with rnnlab anew (a quarter of an hour)"
	@echo "make bench        every speed of the lab against its goal (25 to 35 minutes)"
	@echo "make chaos        kills, hangs, full disks, damaged stores: which promises hold (25 minutes)"
	@echo "make bench-verdict how honest the verdicts are (about 15 minutes)"

install: $(VENV)/.installed
dev: $(VENV)/.installed-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(not (3, 11) <= v[:2] <= (3, 13) and f"rnnlab needs Python 3.11 to 3.13, this is {v[0]}.{v[1]}: name another with make run PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# The package itself is installed as it stands here, so that `rnnlab` can be run from any folder.
$(VENV)/.installed: requirements.txt constraints.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the packages into $(VENV) (once: a few minutes, 2.8 GB on disk) ..."
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(PIP) -r requirements-dev.txt
	@touch $@

run: install
	@$(BIN)/python -m rnnlab dashboard --port $(PORT) $(if $(SHARE),--share)

# Hundreds of tests start a process, each of which would compile rnnlab anew.
test test-fast: export PYTHONDONTWRITEBYTECODE :=

# Three processes for two cores: browser tests and those of workers wait much for others.
# The fast tests come last.
test: dev
	$(BIN)/python -m pytest -q -rs -n 3 --dist loadscope --no-loadscope-reorder

test-fast: dev
	$(BIN)/python -m pytest -q -rs -m "not slow and not browser" -n 2

lint: dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

screenshots: dev
	$(BIN)/python -m tests.screenshots

lesson: dev
	RNNLAB_HOME=.rnnlab-lesson $(BIN)/python -m rnnlab.learn.make

starter: dev
	RNNLAB_HOME=.rnnlab-starter RNNLAB_STARTERS=0 $(BIN)/python -m rnnlab.starters.make

# Sections alone: make bench BENCH="--only growth,floor"
bench: dev
	$(BIN)/python -m benchmarks.suite $(BENCH)

bench-verdict: dev
	$(BIN)/python -m benchmarks.verdict

# Some trials, or a few of each: make chaos CHAOS="--only kills --scale 0.1"
chaos: dev
	$(BIN)/python -m benchmarks.chaos $(CHAOS)

clean:
	rm -rf $(VENV)
