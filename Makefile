# Each target sets up what it needs; nothing has to be installed by hand but python3 (3.11 or newer), git and make.
PY ?= python3
UV := .tools/bin/uv
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help watch test check bench laws fuzz ui wheel clean debian

help:
	@echo 'make watch   set up and run the watch (built-in exercise) in the browser'
	@echo 'make test    set up and run the tests'
	@echo 'make check   lint, types, import contract, then the tests'
	@echo 'make bench   how fast, and against whom'
	@echo 'make laws    the laws of the stages with many more random cases'
	@echo 'make fuzz    strangers'"'"' bytes into every reader'
	@echo 'make ui      build the watch floor into ui/dist'
	@echo 'make wheel   build the wheel with the watch floor in it'

watch: .venv/.ok ui/dist/index.html
	$(BIN)/periplus watch $(ARGS)

test: .venv/.ok ui/dist/index.html debian
	$(BIN)/pytest -n 2 --dist loadfile $(ARGS)
	$(BIN)/python tools/npm.py --prefix ui test

check: .venv/.ok ui/dist/index.html
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/npm.py --prefix ui run check
	$(MAKE) test

bench: .venv/.ok ui/dist/index.html
	$(BIN)/periplus bench all $(ARGS)

laws: .venv/.ok
	PERIPLUS_SEEDS=100 $(BIN)/pytest -n 2 tests/laws

fuzz: .venv/.ok
	PERIPLUS_EXAMPLES=20000 $(BIN)/pytest -n 2 tests/sources/test_noise.py tests/web/test_any_request.py

ui: .venv/.ok
	$(BIN)/python tools/npm.py --prefix ui ci --no-audit --no-fund
	$(BIN)/python tools/npm.py --prefix ui run build

# Rebuilt when a source of the page changed; the index is the last thing the build writes.
ui/dist/index.html: $(shell find ui -type f -not -path 'ui/dist/*' -not -path 'ui/node_modules/*' 2>/dev/null) | .venv/.ok
	$(MAKE) ui
	@touch $@

wheel: .venv/.ok
	$(UV) build --wheel --no-python-downloads -p $(PY)

.venv/.ok: pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked --no-python-downloads -p $(PY)
	@touch $@

$(UV):
	@$(PY) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo 'needs python3 >= 3.11 with venv: sudo apt-get install python3-venv'; exit 1; }
	$(PY) -m venv --clear .tools && .tools/bin/pip install -q uv

# What the browser and PostgreSQL tests need. Without the right to install, those tests skip with the same reason.
debian:
	@sh tools/debian.sh chromium postgresql

clean:
	rm -rf .venv .tools dist ui/dist ui/node_modules
