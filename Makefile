# Every way to build, try, run and test Wharf. `make` alone lists them.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
# The container image installs without -e, so that it needs no source tree.
EDITABLE ?= -e
# Extras of the package that go into .venv too, as: make setup EXTRAS=postgres
EXTRAS ?=
# Arguments for pytest, as: make test ARGS="tests/canonical -x"
ARGS ?=
# One worker a core; tests that share a broker node stay on one worker.
WORKERS ?= auto
# The folder of `make run`; written by `wharf init` when it is not there.
SITE ?= var/site

.DEFAULT_GOAL := help
.PHONY: help setup dev system demo story run test chaos soak check format bench lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.core ## Build .venv with the locked dependencies and the wharf command

dev: $(VENV)/.dev ## Add the tools that tests and checks need

system: ## Install what the tests need from the operating system (apt)
	@.ci/system rabbitmq-server openssh-server postgresql

demo: setup ## Feed the samples through a running gateway (ONCE=1 ends when all came out)
	@$(BIN)/wharf demo $(if $(ONCE),--once)

story: setup ## Tell the way of an order: an ERP by SOAP, a ward by HL7, a supplier by SFTP
	@$(BIN)/python samples/story/story.py

run: setup ## Run a gateway in SITE, which is made when it is not there
	@test -f $(SITE)/wharf.toml || $(BIN)/wharf init $(SITE)
	@$(BIN)/wharf run -c $(SITE)/wharf.toml

test: dev system ## Run all tests
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

soak: dev system ## Watch a gateway under an even load (MINUTES=60 RATE=60), for what grows
	@$(BIN)/python -m tests.soak --minutes $(or $(MINUTES),60) --rate $(or $(RATE),60)

check: dev ## Check format, style, types, the direction of imports and the Dockerfile
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hadolint Dockerfile

format: dev ## Bring all code into the one format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# MINUTES=0 is the short tier that `make test` runs; CONTROL=all starts gateways with known defects, which must fail.
MINUTES ?= 30
SEED ?= 20261121
LEDGER ?= sqlite
NODES ?= 1
chaos: dev system ## Break all around a gateway under load for MINUTES, from SEED, and judge what came (CONTROL=all)
	@$(BIN)/python -m tests.chaos --minutes $(MINUTES) --seed $(SEED) --ledger $(LEDGER) --nodes $(NODES) \
	  $(if $(CONTROL),--control $(CONTROL)) $(if $(FOLDER),--folder $(FOLDER))

bench: setup ## Measure reading X12, with plain splitting and pyx12 in the same run
	@$(BIN)/wharf bench x12

COMPILE := uv pip compile --quiet --universal --no-emit-index-url --no-header --generate-hashes --python-version 3.11
lock: ## Write requirements/*.txt anew from pyproject.toml (needs uv; LOCK=--upgrade takes newer versions)
	@$(COMPILE) $(LOCK) pyproject.toml -o requirements/core.txt
	@$(COMPILE) $(LOCK) --extra postgres -c requirements/core.txt pyproject.toml -o requirements/postgres.txt
	@$(COMPILE) $(LOCK) --group build -o requirements/build.txt
	@$(COMPILE) $(LOCK) --group dev -c requirements/core.txt -o requirements/dev.txt

clean: ## Remove what the other targets have built
	@rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	  if $$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    echo "setup: $$($$python --version) in $(VENV)"; \
	    exec $$python -m venv $(VENV); \
	  fi; \
	done; \
	echo 'Wharf needs Python 3.11 or newer with its venv module.' >&2; \
	echo 'On Debian or Ubuntu: sudo apt-get install python3 python3-venv' >&2; \
	exit 1

$(VENV)/.core: requirements/core.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@echo 'setup: installing the locked dependencies (about half a minute the first time)'
	@$(PIP) install --require-hashes -r requirements/core.txt -r requirements/build.txt $(EXTRAS:%=-r requirements/%.txt)
	@$(PIP) install --no-deps --no-build-isolation $(EDITABLE) .
	@touch $@
	@echo 'setup: done; . $(BIN)/activate puts the wharf command on your path'

$(VENV)/.dev: requirements/dev.txt $(VENV)/.core
	@echo 'setup: installing the tools for tests and checks'
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
