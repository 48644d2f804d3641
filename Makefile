# Everything a person types. Each target installs what it needs into .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Installed before what needs it, so that its build is chosen here alone. PyPI's for Linux brings the
# libraries of GPUs, some gigabytes; the small one:
#   make check TORCH="torch --index-url https://download.pytorch.org/whl/cpu"
TORCH ?= torch==2.13.0

.PHONY: help demo test fuzz check format lint types contract docs clean
help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

$(VENV)/.core: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(VENV)/.core ## install the core and show it on the example feed
	@$(BIN)/titlewright demo

test: $(VENV)/.dev ## install what tests need and run them
	$(BIN)/python -m pytest -n 2

fuzz: $(VENV)/.dev ## run the tests that make their input up, on input that no run has had before
	$(BIN)/python -m pytest -n 2 --hypothesis-profile=fuzz $$(grep -lr "^from hypothesis" tests --include='test_*.py')

check: format lint types contract docs test ## the whole gate: what people and the server run

format: $(VENV)/.dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.dev
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

contract: $(VENV)/.dev
	$(BIN)/lint-imports

docs: $(VENV)/.dev
	$(BIN)/python scripts/check_docs.py

clean: ## remove what was built
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache
