# Each target does its own set-up. Needs Python 3.11 or later, make and a shell.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup report test lab dashboards lint lock bench validate clean

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

setup: .venv/ready ## create .venv with everything that is needed

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "pvtools needs Python 3.11 or later; call: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

report: setup ## write the reports of all boroughs to reports/
	$(BIN)/pvtools report --all

test: setup ## run the tests
	$(BIN)/python -m pytest -n auto

lab: setup ## open the chapters in JupyterLab
	$(BIN)/jupyter lab notebooks

dashboards: setup ## serve the dashboards
	$(BIN)/pvtools dashboard

lint: setup ## check form and style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

bench: setup ## measure speed, as ratios within one run
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

validate: setup ## measure the methods where the truth is known (minutes)
	$(BIN)/python -m validation

lock: ## write requirements.lock anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --extra dev --group build --output-file requirements.lock pyproject.toml

clean: ## remove the environment; reports, and what you laid beside them, stay
	rm -rf .venv
