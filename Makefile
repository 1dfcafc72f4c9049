# Each target does its own set-up. Needs Python 3.11 or later, make and a shell.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup report test lab dashboards lint lock bench validate cluster-demo clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

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

bench: setup ## measure speed, as ratios within one run, for benchmarks/RESULTS.md (minutes)
	@{ printf '# Measured in one run of "make bench"\n\nSeconds are of one machine: read the ratios.\n'; \
	  for script in benchmarks/bench_*.py; do printf '\n## %s\n\n' $$script; \
	    $(BIN)/python $$script || echo "FAILED: $$script"; done; } | tee benchmarks/RESULTS.md
	@{ printf '\n## Missed\n\n'; grep '^aim missed' benchmarks/RESULTS.md | sed 's/^aim missed: /- /'; } > .missed; \
	  cat .missed >> benchmarks/RESULTS.md; rm .missed
	@! grep '^FAILED' benchmarks/RESULTS.md

validate: setup ## measure the methods where the truth is known (minutes)
	$(BIN)/python -m validation

# A port of its own, on this machine only; whatever happens, both are ended.
DEMO := tcp://127.0.0.1:18787
cluster-demo: setup ## make four reports on a scheduler and two workers of this machine
	@out=$$(mktemp -d); port=$(lastword $(subst :, ,$(DEMO))); \
	$(BIN)/dask scheduler --host 127.0.0.1 --port $$port --no-dashboard 2>$$out/scheduler.log & scheduler=$$!; \
	$(BIN)/dask worker $(DEMO) --host 127.0.0.1 --nworkers 2 --nthreads 1 --no-dashboard 2>$$out/workers.log & workers=$$!; \
	trap 'kill $$workers; wait $$workers; kill $$scheduler; wait $$scheduler' EXIT; \
	$(BIN)/python -c 'from distributed import Client; Client("$(DEMO)", timeout=60).wait_for_workers(2, 60)' && \
	$(BIN)/pvtools report Hackney Brent Camden Sutton --scheduler $(DEMO) --out $$out/reports

lock: ## write requirements.lock anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --extra dev --group build --output-file requirements.lock pyproject.toml

clean: ## remove the environment; reports, and what you laid beside them, stay
	rm -rf .venv
