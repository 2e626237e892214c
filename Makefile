# Plumbline. `make run` sets everything up and starts it; `make help` lists the rest.
#
# Each step of the set-up leaves a stamp and runs again only when its lock file changes.

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet --no-input
HASHED := install --no-deps --require-hashes --only-binary :all:
PYTEST := $(PYTHON) -m pytest
# Measured once, on SQLite; the gate comes when both parts have run.
COVERED := $(PYTEST) --cov --cov-append --cov-report= --cov-fail-under=0
TWO := --numprocesses 2
# Engine and renderers know no database, so the second one is spared them.
DATABASE_ONLY := --ignore=tests/assessments/scoring --ignore=tests/reports/renderers
# With their extras: without, an installer has to look up what they stand for.
COMPILE := $(VENV)/bin/uv pip compile --quiet --system-certs --generate-hashes --universal \
	--no-strip-extras --python-version 3.11 --no-header $(UPGRADE)
# A machine without npm gets one by Python, which must then come first.
NPM_NEEDS := $(if $(shell .ci/has-npm && echo yes),,$(VENV)/.uv)

# Python's and the front end's packages come at the same time.
MAKEFLAGS += --jobs=2
.DEFAULT_GOAL := help
.PHONY: help run install install-dev test test-tools check audit bench screenshots lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

run: install ## set up what is missing, then start Plumbline; Ctrl-C stops it
	@exec $(PYTHON) manage.py serve

install: $(VENV)/.run node_modules/.run ## everything that Plumbline needs to run

install-dev: $(VENV)/.dev node_modules/.dev ## the same, and what its tests need

$(VENV)/.made:
	@.ci/venv $(VENV)
	@touch $@

$(VENV)/.uv: requirements-uv.txt $(VENV)/.made
	@echo "Installing uv, which installs the rest"
	@$(PIP) $(HASHED) -r requirements-uv.txt || echo "Going on without uv"
	@touch $@

# uv takes away what it is not told of: who has the packages for the tests keeps them.
$(VENV)/.run: requirements.txt $(VENV)/.uv
	@echo "Installing the Python packages"
	@.ci/packages $(PYTHON) requirements.txt $(if $(wildcard $(VENV)/.dev),requirements-dev.txt)
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing the Python packages for the tests"
	@.ci/packages $(PYTHON) requirements.txt requirements-dev.txt
	@touch $@

node_modules/.run: package.json package-lock.json .npmrc | $(NPM_NEEDS)
	@echo "Installing the front-end packages"
	@.ci/npm $(PYTHON) ci --omit=dev
	@touch $@

node_modules/.dev: package.json package-lock.json .npmrc | $(NPM_NEEDS)
	@echo "Installing the front-end packages for the tests"
	@.ci/npm $(PYTHON) ci
	@touch node_modules/.run $@

test-tools: install-dev # a browser, PostgreSQL, poppler and qpdf, when they are missing
	@.ci/test-tools $(PYTHON)

test: test-tools ## every test on SQLite, then on PostgreSQL all that a database can change
	@rm -f .coverage
	DB=sqlite $(COVERED) -m "not browser and not processes" $(TWO)
	DB=sqlite $(COVERED) -m "browser or processes" $(TWO) --dist worksteal
	$(PYTHON) -m coverage report
	$(PYTHON) -m coverage report --include='assessments/scoring/*' --fail-under=100
	DB=pg $(PYTEST) -m "not browser and not processes" $(TWO) $(DATABASE_ONLY)
	DB=pg $(PYTEST) -m "(browser or processes) and not pages" $(TWO) --dist worksteal

check: install-dev ## everything that needs no running: style, types, imports, migrations
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy .
	$(VENV)/bin/lint-imports
	$(PYTHON) -m djlint --lint --quiet templates
	@.ci/scripts
	$(PYTHON) manage.py makemigrations --check --dry-run
	PLUMBLINE_HTTPS=1 PLUMBLINE_HOSTS=plumbline.example $(PYTHON) manage.py check --deploy --fail-level WARNING
	$(PYTHON) -m pytest --quiet tests/config/test_repository.py

audit: install-dev ## known security holes of the pinned packages; needs the network
	@.ci/audit $(VENV)

bench: install-dev ## the figures of speed and size, as a table and as JSON
	$(PYTHON) -m tests.bench

screenshots: test-tools ## take the pictures in docs/screenshots again
	$(PYTHON) -m tests.screenshots

lock: $(VENV)/.uv ## write the lock files again; UPGRADE=--upgrade takes newer versions
	$(COMPILE) requirements-uv.in -o requirements-uv.txt
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	$(COMPILE) requirements-node.in -o requirements-node.txt
	@.ci/npm $(PYTHON) install --package-lock-only

clean: ## remove what the set-up made, but never var/, where the data is
	rm -rf $(VENV) node_modules .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
