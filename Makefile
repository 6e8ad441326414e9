PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup serve test check fmt lint types layers docs coverage docs-check bench quality clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $(STAMP)

setup: $(STAMP) ## make the virtual environment and install everything

serve: $(STAMP) ## start the service on 127.0.0.1:8080
	$(BIN)/malgil serve

test: $(STAMP) ## run every test
	$(BIN)/python -m pytest

coverage: $(STAMP) ## the same with coverage, in every process a test starts; takes about twice as long
	$(BIN)/python -m pytest --cov --cov-report=term

check: $(STAMP) lint types layers docs-check test ## everything CI runs

fmt: $(STAMP) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(STAMP) ## formatting and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(STAMP) ## mypy --strict
	$(BIN)/mypy

layers: $(STAMP) ## import contracts
	$(BIN)/lint-imports

docs: $(STAMP) ## rewrite the generated parts of the documentation
	$(BIN)/python -m docs.reference_pages
	$(BIN)/cog -P -r README.md docs/languages.md docs/reference/*.md models/cards/*.md

docs-check: $(STAMP) ## fail when a generated part is stale
	$(BIN)/cog -P --check README.md docs/languages.md docs/reference/*.md models/cards/*.md

bench: $(STAMP) ## measure everything and rewrite docs/benchmarks.md; LIBRETRANSLATE=its Python to compare
	$(BIN)/python -m benchmarks $(if $(LIBRETRANSLATE),--libretranslate $(LIBRETRANSLATE)) --write docs/benchmarks.md

quality: $(STAMP) ## measure every direction; DATA=folder with the evaluation sets
	$(BIN)/malgil models evaluate --all --data $(DATA)

clean: ## remove what the other targets made
	rm -rf $(VENV) .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
