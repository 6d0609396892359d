# Everything a developer runs. `make run` and `make test` set up what they need, from nothing, in .venv, node_modules
# and .e2e; all three are ignored by git.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The interpreter that .venv is made with, and the PyTorch in it: `make run TORCH="torch --index-url URL"` takes another.
BASE_PYTHON ?= python3
TORCH ?= torch==2.13.0
# The port of `make editor`; it listens on this machine only.
PORT ?= 8421
CODE ?= code

PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet --quiet
VENV := .venv/.ready
NODE := node_modules/.ready
VSIX := shapewright.vsix

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: $(VENV) ## Check the example programs and show what is found in them
	@echo "shapewright check examples"; code=0; .venv/bin/shapewright check examples || code=$$?; \
	if [ $$code -gt 1 ]; then exit $$code; fi; \
	echo; echo "The findings above are the mistakes in the example programs. In an editor: make editor"

.PHONY: test
test: lint unit client package-test ## Everything that CI checks, the real editors last
	@if [ "$$SHAPEWRIGHT_E2E" = require ] || tests/e2e/setup.sh; then $(MAKE) --no-print-directory e2e; \
	else echo "SKIPPED: the tests in real editors (tests/e2e/setup.sh could not install them); all other layers ran"; fi

.PHONY: lint
lint: $(VENV) $(NODE) ## Format and type checks of both languages
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m pyright --warnings
	npm run --silent check

.PHONY: unit
unit: $(VENV) ## The Python tests: units, the worker, the language server, the corpus
	$(PYTHON) -m pytest tests --ignore=tests/e2e

.PHONY: client
client: $(NODE) ## The editor client's tests, without an editor
	npm test --silent

.PHONY: package
package: $(VSIX) ## Build shapewright.vsix

$(VSIX): $(VENV) $(NODE) package.json .vscodeignore README.md CHANGELOG.md LICENSE server/requirements.txt server/launch.py \
		$(shell find client server/shapewright -type f -not -name '*.pyc' 2>/dev/null)
	PYTHON=$(abspath $(PYTHON)) npm run --silent package

.PHONY: package-test
package-test: $(VSIX) ## What is in the package, and that nothing leaks out of it
	$(PYTHON) -m pytest tests/e2e/test_package.py

.PHONY: e2e
e2e: $(VSIX) ## The tests in VS Code, Neovim, Emacs and Vim
	tests/e2e/setup.sh
	SHAPEWRIGHT_E2E=require $(PYTHON) -m pytest tests/e2e --deselect tests/e2e/test_package.py

.PHONY: bench
bench: $(VENV) ## Measure cold start and edit-to-diagnostics against bare fake forwards
	$(PYTHON) -m tests.bench

.PHONY: editor
editor: $(VSIX) ## Open a VS Code in the browser with the extension and the examples
	SHAPEWRIGHT_E2E_ONLY=code tests/e2e/setup.sh
	PYTHONPATH=tests $(PYTHON) -m e2e.serve --port $(PORT) examples

.PHONY: install-extension
install-extension: $(VSIX) ## Put the extension into the desktop VS Code
	@command -v $(CODE) >/dev/null || { echo "There is no command \`$(CODE)\`. In VS Code: Extensions, ..., Install from VSIX, $(VSIX)"; exit 1; }
	$(CODE) --install-extension $(VSIX) --force

.PHONY: clean
clean: ## Remove what was built; .venv, node_modules and .e2e stay
	rm -rf dist bundled $(VSIX)

# torch first and on its own: the rest must not choose another.
$(VENV): requirements-dev.lock pyproject.toml
	@$(BASE_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "Python 3.10 or newer is needed: make BASE_PYTHON=/path/to/python"; exit 1; }
	[ -x $(PYTHON) ] || $(BASE_PYTHON) -m venv .venv || { \
		rm -rf .venv; [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "Install Debian's python3-venv first."; exit 1; }; \
		apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && $(BASE_PYTHON) -m venv .venv; }
	@echo "Installing PyTorch into .venv"
	$(PIP) install $(TORCH)
	$(PIP) install -r requirements-dev.lock
	$(PIP) install --no-deps --editable .
	touch $@

$(NODE): package.json package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "Node 20 or newer is needed."; exit 1; }
	npm ci --ignore-scripts --silent
	touch $@
