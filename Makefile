# Every command of the project, the same for a person and for the machine; `make help` lists them.
# Needed beforehand: make, a shell and Python 3.11 or newer with pip. Every other tool lives in .venv, which is
# built from the hashed files in requirements/ and never touches what is installed on the machine.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check

# The set-up is done under a lock (of this file, so that no other file is needed), and what is stale is
# decided inside it: of two makes at once the second waits, then finds nothing to do.
LOCKED := $(shell command -v flock >/dev/null && echo flock --close Makefile)

# `loadfile` keeps a file's tests on one worker, so that its servers are started once.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest
PYTEST_ARGS ?=
# The tests start many processes: what Python compiled is kept, whatever the environment says.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help
help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: setup ## Set everything up and start the platform (PORT=8000), until Ctrl-C
	@exec $(BIN)/sello up

.PHONY: test
test: setup-dev ## The whole suite (PYTEST_ARGS="tests/races -x" for a part of it)
	@exec $(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

.PHONY: prove
prove: setup-dev ## The long proofs, one after the other; the output is kept in docs/evidence/
	@mkdir -p docs/evidence
	@$(PYTEST) -m proof -v -rP --no-header -o faulthandler_timeout=0 $(PYTEST_ARGS) | tee docs/evidence/prove.txt

CHECKS := check-lint check-format check-types check-ty check-imports check-migrations check-web

.PHONY: check
check: setup-dev ## Lint, format, types, import contracts, migrations: all of them, then the verdict
	@$(MAKE) --keep-going $(CHECKS) || { echo "make check: FAILED, see the lines marked *** above" >&2; exit 1; }
	@echo "make check: passed ($(words $(CHECKS)) checks)"

.PHONY: $(CHECKS)
check-lint: setup-dev
	$(BIN)/ruff check .
check-format: setup-dev
	$(BIN)/ruff format --check .
check-types: setup-dev
	$(BIN)/python -m mypy
check-ty: setup-dev
	$(BIN)/ty check
check-imports: setup-dev
	$(BIN)/lint-imports --no-logo
check-migrations: setup-dev
	@mkdir -p .ci/out
	$(BIN)/sello migrate --sql > .ci/out/migrations.sql
	$(BIN)/squawk .ci/out/migrations.sql
check-web: setup-dev
	@mkdir -p .ci/out
	$(BIN)/sello openapi > .ci/out/openapi.json
	@cd web && npx --no-install openapi-typescript ../.ci/out/openapi.json --default-non-nullable false -o ../.ci/out/schema.d.ts >/dev/null
	@cmp -s .ci/out/schema.d.ts web/packages/api/src/schema.d.ts || \
		{ echo "*** the client's types are not the API's: run 'make types' and commit" >&2; exit 1; }
	@$(BIN)/sello openapi --limits | cmp -s - web/packages/api/src/limits.json || \
		{ echo "*** the forms' limits are not the API's: run 'make types' and commit" >&2; exit 1; }
	cd web && npm run --silent check

.PHONY: types
types: setup ## Write the web client's types anew from the API's description
	@mkdir -p .ci/out
	@$(BIN)/sello openapi > .ci/out/openapi.json
	@cd web && npx --no-install openapi-typescript ../.ci/out/openapi.json --default-non-nullable false -o packages/api/src/schema.d.ts
	@$(BIN)/sello openapi --limits > web/packages/api/src/limits.json

APP ?= dashboard
.PHONY: dev
dev: setup ## One of the web apps with hot reload, before the API that `make run` started (APP=dashboard|stamper|enroll)
	@cd web && exec npm run --silent dev -w @sello/$(APP)

.PHONY: lock
UV := uv==0.13.9
COMPILE = "$$work/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" $(UPGRADE)
lock: ## Resolve pyproject.toml into requirements/*.txt (UPGRADE=--upgrade looks for newer releases)
	@work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	$(PYTHON) -m venv "$$work"; \
	"$$work/bin/python" -m pip install -qq --disable-pip-version-check $(UV); \
	$(COMPILE) pyproject.toml --extra embedded -o requirements/app.txt; \
	$(COMPILE) --group dev -c requirements/app.txt -o requirements/dev.txt; \
	$(COMPILE) requirements/build.in -c requirements/app.txt -c requirements/dev.txt -o requirements/build.txt

BENCH_ARGS ?=
.PHONY: bench
bench: setup ## How fast it is, into docs/performance.md (BENCH_ARGS="--quick" for a smoke run, "--memory 600")
	@exec $(BIN)/python -m bench $(BENCH_ARGS)

.PHONY: clean
clean: ## Remove the environment and every cache; the data in .sello/ and .bench/ stay
	@rm -rf .venv web/node_modules src/sello/web .ci/out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
	@find src tests migrations -type d -name __pycache__ -prune -exec rm -rf {} +

# The set-up, one stamp per step. A step runs again when the file it installs from is newer than its stamp; all of it
# runs again when the checkout was moved (the environment holds absolute paths) or its Python is gone.
.PHONY: setup setup-dev FORCE
setup:
	@$(LOCKED) $(MAKE) --silent .venv/.sello src/sello/web/.built
setup-dev:
	@$(LOCKED) $(MAKE) --silent .venv/.sello .venv/.dev src/sello/web/.built

STALE := $(shell test ! -e .venv/.base || \
	{ grep -qxF '$(CURDIR)' .venv/.base && $(BIN)/python -c '' 2>/dev/null; } || echo FORCE)

.venv/.base: requirements/build.txt $(STALE)
	@$(CHECK_PYTHON)
	@$(MAKE_VENV)
	@$(PIP_INSTALL) --require-hashes -r $<
	@echo '$(CURDIR)' > $@

.venv/.app: requirements/app.txt .venv/.base
	@echo "Installing the locked dependencies into .venv ..."
	@$(PIP_INSTALL) --require-hashes -r $<
	@touch $@

.venv/.sello: pyproject.toml .venv/.app
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.app | .venv/.sello
	@echo "Installing the locked development tools into .venv ..."
	@$(PIP_INSTALL) --require-hashes -r $<
	@touch $@

WEB := $(shell find web -name node_modules -prune -o -type f -print)

web/node_modules/.installed: web/package-lock.json $(filter %package.json,$(WEB)) $(STALE)
	@$(CHECK_NODE)
	@echo "Installing the locked packages of the web pages ..."
	@cd web && npm ci --silent --no-fund --no-audit
	@touch $@

src/sello/web/.built: web/node_modules/.installed $(WEB)
	@echo "Building the web pages ..."
	@mkdir -p .ci/out
	@cd web && npm run --silent build >../.ci/out/web.log 2>&1 || { cat ../.ci/out/web.log >&2; exit 1; }
	@touch $@

define CHECK_NODE
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
	2>/dev/null && command -v npm >/dev/null || { \
	echo "The web pages are built by Node 20.19 or newer with npm, but 'node' answers: $$(node --version 2>&1 || true)." >&2; exit 1; }
endef

define CHECK_PYTHON
"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "sello needs Python 3.11 or newer, but '$(PYTHON)' answers: $$("$(PYTHON)" --version 2>&1 || true)." \
		"Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
endef

# Some systems ship Python without ensurepip: then the system's own pip, looking into .venv, brings the locked one.
define MAKE_VENV
if [ -n "$(STALE)" ] || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	rm -rf .venv; \
	if "$(PYTHON)" -c 'import ensurepip' 2>/dev/null; then \
		"$(PYTHON)" -m venv .venv; \
	else \
		"$(PYTHON)" -m venv --without-pip .venv; \
		"$(PYTHON)" -m pip --python $(BIN)/python install --quiet --require-hashes -r requirements/build.txt; \
	fi; \
fi
endef
