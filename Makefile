# Needs python 3.11 with venv, and make. Everything else is fetched into .venv/ and .run/.
PYTHON ?= $(shell command -v python3.11 || echo python3)
RUN := .venv/bin/python -m

.DEFAULT_GOAL := help
.PHONY: help setup run up down test unit integration system faults model chaos lint format docs secrets lock bench

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14

setup: .venv/ready  ## the virtual environment, from requirements.lock

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Tousu needs Python 3.11: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(RUN) pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(RUN) pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

run: setup  ## plays examples/cases.yml through the whole suite, from empty data, and stops
	@$(RUN) suite.play

up: setup  ## starts the whole suite and keeps it running; KEEP=1 CLOCK_ORIGIN=… CLOCK_RATE=… INTAKE=3 …
	@$(RUN) suite.up

down: setup  ## stops it
	@$(RUN) suite.down

test: unit integration system faults  ## all tests

unit: setup  ## rules, without servers
	$(RUN) pytest -n auto tests/unit tests/contract

integration: setup  ## mechanics, on a real broker and a real MongoDB
	$(RUN) pytest -p tests.patched tests/integration

system: setup  ## journeys through the whole suite
	$(RUN) pytest tests/system

faults: setup  ## what dies and comes back: processes, servers, simulators
	$(RUN) pytest tests/faults

model: setup  ## every state of the protocols, with spin; each mechanism taken away must break them
	@$(RUN) model -v

lint: setup  ## style, types, container files
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	.venv/bin/hadolint Dockerfile

format: setup  ## puts the code into its form
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

docs: setup  ## the reference anew, from the code
	@$(RUN) suite.reference

secrets: setup  ## a first set of secret files for docker-compose.yml
	@$(RUN) suite.deployment

lock:  ## the lock files anew; needs uv
	uv lock -q
	uv export -q --format requirements.txt --no-emit-project --no-header --no-annotate --group dev -o requirements.lock
	uv export -q --format requirements.txt --no-emit-project --no-header --no-annotate --no-dev -o requirements-runtime.lock

bench: setup  ## measures what the README claims
	$(RUN) bench

chaos: setup  ## breaks a suite on purpose and judges it from outside; SEED=7 KILLS=100 CONTROL=outbox …
	@$(RUN) cli.main chaos --seed $(or $(SEED),7) --kills $(or $(KILLS),100) $(if $(CONTROL),--control $(CONTROL)) $(if $(BOSS),--boss $(BOSS)) $(if $(OUTAGE),--outage $(OUTAGE))
