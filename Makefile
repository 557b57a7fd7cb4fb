# zhibiao: what a person does with this checkout. `make help` lists it.
# Everything is set up on first use; only Python 3.11 and a package index are needed.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup refresh test lint format up mirror bench accuracy faults fuzz lock clean

help:  ## Show what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 12

setup: $(READY)  ## Make the virtual environment (done by the others on first use)

# The lock is complete: pip must not resolve again (with hashes it trips over extras).
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Python 3.11 is needed (set PYTHON=...)" >&2; exit 1; }
	@echo "setting up $(VENV): about two minutes, once"
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; } || { echo "no virtual environment: install python3-venv or pip for $(PYTHON)" >&2; exit 1; }
	@$(PIP) install -qq --no-deps --require-hashes -r requirements.lock
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $@

refresh: $(READY)  ## Run the nightly refresh once and publish a release (archive only; LIVE=1 visits the sources)
	@$(BIN)/zhibiao refresh $(if $(LIVE),--live,) $(if $(AS_OF),--as-of $(AS_OF),)

test: $(READY)  ## Run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(READY)  ## Formatter, linter and type checker for Python; linter for SQL
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt_project/models dbt_project/tests dbt_project/macros

format: $(READY)  ## Put Python and SQL into shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/sqlfluff fix --disable-progress-bar dbt_project/models dbt_project/tests

up: $(READY)  ## Start Airflow on this machine (scheduler and UI on 127.0.0.1:8080, DAGs unpaused)
	@$(BIN)/python -m warehouse.orchestrator

mirror: $(READY)  ## Play the sites on this machine, faults included (ARGS="--list", "--fault NAME=PATTERN"; tests/mirror/README.md)
	@$(BIN)/python -m tests.mirror $(ARGS)

bench: $(READY)  ## Measure: refresh against its floor, fetch schedule against its minimum, parsing against pandas
	@$(BIN)/python -m tests.bench

accuracy: $(READY)  ## Measure: how well promises are read, against the register (ARGS=-v names each miss)
	@$(BIN)/python -m tests.accuracy $(ARGS)

faults: $(READY)  ## Try every fault for real and write the table of the README (an hour; ARGS="--only kills")
	@$(BIN)/python -m tests.faults $(ARGS)

fuzz: $(READY)  ## Fuzz the readers, a minute each (ARGS="numbers --seconds 300"; ARGS=--plant: are planted faults found)
	@test -d $(VENV)/fuzz/atheris || $(PIP) install -qq --no-deps --require-hashes --target $(VENV)/fuzz -r tests/fuzz/requirements.txt
	@PYTHONPATH=$(CURDIR)/$(VENV)/fuzz $(BIN)/python -m tests.fuzz $(ARGS)

lock: $(READY)  ## Write requirements.lock anew from pyproject.toml (names and hashes only)
	@$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/python -m pip install --quiet pip-tools
	@$(VENV)-lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --no-strip-extras --extra dev --no-header \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --resolver=backtracking -o requirements.lock pyproject.toml
	@rm -rf $(VENV)-lock

clean:  ## Remove the virtual environment and caches (never the data home)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache dbt_project/target dbt_project/logs *.egg-info
