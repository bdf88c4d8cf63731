# make run    the main job: evaluate the bundled suite, report, route a part of it over both embedded
#             models, and replay every episode, with no key, server or network
# make test   lint, import contracts, types, tests
# make up     serve Prefect, dashboards, JupyterLab and /metrics until Ctrl-C

PYTHON ?= python3
BIN := .venv/bin
DATA := $(wildcard ../shared/data)
export WORKBENCH_TEST_DATA ?= $(abspath $(DATA))
export PREFECT_HOME ?= $(CURDIR)/.workbench/prefect
export DO_NOT_TRACK = 1
# Where it is set, every start would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test test-full check up rivals lock clean

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

run: setup
	$(BIN)/workbench eval helpdesk --model small --agent default \
		--agent constant --agent echo --agent random --tag make-run
	$(BIN)/workbench report --tag make-run
	$(BIN)/workbench eval helpdesk --model small --model large --model router:embedded \
		--agent default --limit 18 --tag make-run --tag routed
	$(BIN)/workbench report last --notebook 08_router_analysis
	$(BIN)/workbench replay --tag make-run
	@echo "Explore:  $(BIN)/workbench runs    $(BIN)/workbench dashboards    make up"

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

test: check
	$(BIN)/pytest --durations=15
	$(BIN)/pytest --nbval-lax --nbval-cell-timeout=120 notebooks

test-full: check rivals
	$(BIN)/pytest --full --timeout=3600
	$(BIN)/pytest --nbval-lax --nbval-cell-timeout=120 notebooks

up: setup
	$(BIN)/workbench up

# Rivals of the benchmarks, pinned, each in an environment of its own outside git.
rivals: setup
	for list in pipelines/bench/rivals/*.txt; do \
		home=.rivals/$$(basename $$list .txt); \
		$(BIN)/uv venv --quiet --clear $$home && \
		$(BIN)/uv pip install --quiet --python $$home/bin/python -r $$list || exit 1; \
	done

lock:
	$(BIN)/uv pip compile pyproject.toml --quiet --all-extras --no-emit-index-url \
		--generate-hashes --universal --python-version 3.11 -o requirements.lock

clean:
	rm -rf .venv .rivals reports
