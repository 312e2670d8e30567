# Needs GNU make, a POSIX shell and Python 3.11 or newer. `make help` lists what there is.

PYTHON := .venv/bin/python
PORT ?= 8000
BASE_URL ?= http://127.0.0.1:$(PORT)
# Each process makes a database of its own, which takes ten seconds: more than four do not pay.
PYTEST_ARGS ?= -n auto --maxprocesses 4

.DEFAULT_GOAL := help
.PHONY: help run test topology check lock sdk bench clean environment environment-dev

help: ## List these targets
	@grep -E '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

environment:
	@deploy/environment requirements.txt

environment-dev:
	@deploy/environment requirements.txt requirements-scale.txt requirements-dev.txt

run: environment ## Install, load the demo and serve it on 127.0.0.1 (PORT=8000)
	@BASE_URL=$(BASE_URL) $(PYTHON) manage.py prepare_demo --port $(PORT)
	@BASE_URL=$(BASE_URL) exec deploy/serve --host 127.0.0.1 --port $(PORT)

test: environment-dev ## The test suite on SQLite, then on PostgreSQL and Redis where they answer
	@echo "== Tests on SQLite"
	@env -u DATABASE_URL -u REDIS_URL $(PYTHON) -m pytest $(PYTEST_ARGS)
	@$(PYTHON) tests/on_services.py $(PYTEST_ARGS)

topology: environment-dev ## The site on several servers, which are started and killed here
	@TOPOLOGY=1 $(PYTHON) -m pytest tests/topology

check: environment-dev ## Style, types, import directions, migrations, catalogues, schemas, settings
	@PYTHON=$(PYTHON) .ci/check

lock: ## Pin requirements*.in with hashes, on the oldest Python that is supported
	@.ci/lock

sdk: ## Clients in dist/sdk: TypeScript, Swift, Kotlin (LANGUAGE=swift for one; needs Java)
	@sdk/generate $(LANGUAGE)

bench: environment-dev ## Measure the API against Wagtail's own
	@bench/run

clean: ## Remove the environment, caches and everything under var/
	@rm -rf .venv var .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find locale -name '*.mo' -delete
