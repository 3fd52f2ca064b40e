# One vocabulary of commands; the README tells what each is for.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
export DAGSTER_DISABLE_TELEMETRY := 1
export MLFLOW_DISABLE_TELEMETRY := true

.PHONY: setup run ui check test test-fast bench bench-spark mutants soak audit lock clean tools

setup: $(VENV)/.ready

# uv installs the hashed lock: pip's hash mode refuses requirements with extras in them. Compiled
# at once: where Python may not write beside its modules, every process would compile MLflow anew.
$(VENV)/.ready: constraints.txt pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" 2>/dev/null || \
	  { echo "Python 3.11 is needed, $(PYTHON) is not it. Install it, or call: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r constraints.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

run: setup
	$(BIN)/fire-risk run

ui: setup
	$(BIN)/fire-risk ui

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy fire_risk_assets benchmarks
	$(BIN)/lint-imports
	$(BIN)/bandit -q -r fire_risk_assets -lll
	$(BIN)/python -m pytest -q --doctest-modules fire_risk_assets fire_risk_assets_tests/contract.py

test-fast: setup
	$(BIN)/python -m pytest -q -m "not slow" fire_risk_assets_tests/core fire_risk_assets_tests/actions fire_risk_assets_tests/cli fire_risk_assets_tests/house

# By files, since the tests of one share their homes; in their order, or the longest would come last.
test: setup tools check
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

bench: setup
	$(BIN)/python -m benchmarks

bench-spark: setup
	$(BIN)/python -m benchmarks.spark

mutants: setup
	$(BIN)/python -m fire_risk_assets_tests.mutants

soak: setup
	$(BIN)/python -m pytest -q -m soak

# The list of parts first: unlike the audit it needs no network.
audit: setup
	@mkdir -p build
	$(BIN)/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml -o build/sbom.json
	$(BIN)/python -m fire_risk_assets_tests.security.audit

# A browser for the page tests (Debian's, because test tools may not download their own) and strace,
# which stops a cycle at each rename.
tools:
	@missing=; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing="chromium"; \
	command -v strace >/dev/null || missing="$$missing strace"; \
	[ -z "$$missing" ] || \
	  { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing; } || \
	  { echo "The tests need $$missing, which cannot be installed from here. Run: sudo apt-get install $$missing"; exit 1; }

lock:
	$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-annotate --quiet -o constraints.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
