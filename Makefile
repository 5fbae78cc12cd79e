# Lotsen. `make` lists what there is. Needs Python 3.11 or newer, python3-venv and make; everything else goes into .venv.

SHELL := /bin/sh
UPGRADE ?= --upgrade
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# Installing into the project's own environment must work whatever a machine's pip settings say about places.
PIP := env -u PIP_USER -u PIP_TARGET -u PIP_PREFIX -u PIP_REQUIRE_VIRTUALENV -u PYTHONPATH -u PYTHONHOME \
       $(BIN)/python -m pip --disable-pip-version-check --no-input
HAS_POSTGRESQL := $(BIN)/python -c "from tests.postgresql import programs; raise SystemExit(programs() is None)"
# Pure code, texts, processes and the long plays: not once more on PostgreSQL, so that all of it stays below 15 minutes.
SAME_ON_ANY := matching rules year features/demo features/scheduler features/core/test_every_row.py features/core/test_no_other_row.py \
               house/test_translations.py house/test_mails.py house/test_access.py house/test_headers.py \
               house/test_asvs.py house/test_deploy.py house/test_never.py house/test_safeguards.py \
               features/operations/test_front_door.py features/outbox/test_trust.py
# Any text in any field: once, on PostgreSQL where there is one, which takes less (lengths, NUL, numbers) than SQLite.
STRICTER := house/test_input.py
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard lotsen/translations/*/LC_MESSAGES/*.po))

.DEFAULT_GOAL := help
.PHONY: help run test drill bench screenshots sbom lint format types migration translations docs lock venv dev chromium catalogues clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | \
		while IFS='|' read -r name words; do printf '%-20s %s\n' "$$name" "$$words"; done

run: venv catalogues ## start Lotsen (demo town at the first start); HOST, PORT and LOTSEN_* override
	@exec $(BIN)/python -m lotsen run --with-parent

# The demo town takes most of a minute to load: once, for the tests and the journeys.
TOWN := build/test-town

test: lint chromium catalogues ## lint, all tests on SQLite and PostgreSQL, the journeys in Chromium: what .ci/run runs
	@rm -rf $(TOWN) && mkdir -p $(TOWN)
	@echo "== tests on SQLite"
	@if $(HAS_POSTGRESQL); then elsewhere="$(STRICTER:%=--ignore=tests/%)"; else elsewhere=""; fi; \
	LOTSEN_TEST_TOWN=$(TOWN) $(BIN)/python -m pytest -q -n 2 -m "not journey" $$elsewhere
	@if $(HAS_POSTGRESQL); then \
		echo "== tests on PostgreSQL (a throw-away cluster; what is the same on any database ran above)"; \
		LOTSEN_TEST_DATABASE=postgresql $(BIN)/python -m pytest -q -n 2 -m "not journey" $(SAME_ON_ANY:%=--ignore=tests/%); \
	else \
		echo "== tests on PostgreSQL NOT RUN: its programs are missing (apt-get install postgresql)"; \
	fi
	@echo "== journeys in Chromium"
	LOTSEN_TEST_TOWN=$(TOWN) $(BIN)/python -m pytest -q -n 4 --dist loadfile tests/journeys
	@rm -rf $(TOWN)
	@if $(HAS_POSTGRESQL); then echo "== passed on SQLite and PostgreSQL"; else echo "== passed on SQLite only"; fi

drill: dev catalogues ## kill, cut, restart, restore and play years: make drill SEEDS=1000 SIZE=small, ONLY="kills races"
	SEEDS="$(SEEDS)" SIZE="$(SIZE)" $(BIN)/python -m tests.drills $(ONLY)

bench: dev catalogues ## measure the main pages against a bare Flask page; fails nothing; DATABASE=postgresql on a cluster
	DATABASE="$(DATABASE)" $(BIN)/python -m benchmarks

screenshots: dev chromium catalogues ## take the pictures of docs/screenshots from the demo town
	$(BIN)/python -m tests.journeys.screenshots

sbom: dev ## list everything that gets installed (CycloneDX): build/sbom.json
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements --output-reproducible --of JSON -o build/sbom.json requirements.txt

lint: dev ## style, security, import contracts, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit -q -r -c .bandit.yaml lotsen matching deploy
	$(BIN)/lint-imports
	$(MAKE) --no-print-directory types

format: dev ## write the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: dev ## mypy
	$(BIN)/mypy

migration: dev ## write a migration from the models: make migration m="what it is for"
	@test -n "$(m)" || { echo 'Say what it is for: make migration m="add the colour of the bus"'; exit 1; }
	LOTSEN_MODE=test $(BIN)/flask --app "lotsen:create_app()" db migrate -m "$(m)"
	$(BIN)/ruff format lotsen/migrations/versions

translations: dev ## collect the German texts and update the English catalogue
	$(BIN)/pybabel -q extract -F lotsen/translations/babel.cfg -k _l --no-location --sort-output -o lotsen/translations/messages.pot .
	$(BIN)/pybabel -q update -N --no-wrap --ignore-obsolete --ignore-pot-creation-date -i lotsen/translations/messages.pot -d lotsen/translations
	@$(MAKE) --no-print-directory catalogues

docs: dev ## write docs/access.md from the code
	$(BIN)/python -m lotsen access-table > docs/access.md

# uv, because pip-compile knows only the Python it runs on: `--universal` keeps one lock for 3.11 and all newer ones.
LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)

lock: dev ## lock the newest allowed versions with hashes; UPGRADE= only adds what requirements.in names anew
	$(PIP) install -q uv
	$(LOCK) -o requirements.txt requirements.in
	$(LOCK) -o tests/requirements.txt tests/requirements.in

clean: ## remove caches and the environment (never instance/)
	rm -rf $(VENV) build .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what the above need ---------------------------------------------------------------------------------------------

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 is missing: apt-get install python3 python3-venv"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is too old; Lotsen needs Python 3.11 or newer. Choose one: make PYTHON=/usr/bin/python3.11"; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }

venv: $(BIN)/python # the running system's libraries, installed when the lock changed
	@cmp -s requirements.txt $(VENV)/.lock-run || { \
		echo "Installing what Lotsen needs (once; this takes a minute) ..."; \
		$(PIP) install -q --no-user --require-hashes -r requirements.txt && cp requirements.txt $(VENV)/.lock-run; }

dev: venv # the libraries of tests and tools
	@cmp -s tests/requirements.txt $(VENV)/.lock-test || { \
		echo "Installing what the tests need ..."; \
		$(PIP) install -q --no-user --require-hashes -r tests/requirements.txt && cp tests/requirements.txt $(VENV)/.lock-test; }

chromium: # the browser of the journeys, from Debian
	@command -v chromium >/dev/null 2>&1 || { \
		if [ "$$(id -u)" = 0 ]; then \
			echo "Installing Chromium for the journeys ..."; \
			apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium fonts-liberation; \
		else \
			echo "The journeys need Chromium. Please run: sudo apt-get install chromium"; exit 1; \
		fi; }

catalogues: venv $(CATALOGUES) # the translations, compiled

%.mo: %.po
	@$(BIN)/pybabel -q compile -i $< -o $@
