# Two commands for a new user: `make drill` and `make test`. Needs make, network access to a package index, and
# Python 3.11 or later; nothing else.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help drill test bench docs package clean

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 16

$(VENV)/installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "mirrordrill needs Python 3.11 or later; none is on the path (or set PYTHON=...)" >&2; exit 2; }
	@echo "setting up $(VENV) with $(PYTHON) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . "tox>=4.20,<5"
	@touch $@

drill: $(VENV)/installed ## run the manual's migration test on the example site
	@$(BIN)/mirrordrill run migration

test: $(VENV)/installed ## everything that must pass: lint, types, tests, features
	@# Installing, type checking and the documentation keep one core busy; two environments at a time keep both.
	@$(BIN)/tox run-parallel --parallel 2 --parallel-no-spinner
	@# The interpreter in use is never left out, even one that tox.ini does not list.
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] in {(3, 11), (3, 12), (3, 13)})' || exit 0; $(BIN)/tox run -e py

bench: $(VENV)/installed ## how fast the simulator is (docs/performance.md)
	@$(BIN)/python -m bench.round_trip --profile
	@$(BIN)/python -m bench.simulator
	@$(BIN)/python -m bench.arrays
	@$(BIN)/python -m bench.clusters
	@$(BIN)/python -m bench.start

docs: $(VENV)/installed ## the documentation as a site, in build/site
	@$(BIN)/tox run -e docs

package: $(VENV)/installed ## the agent for cluster nodes, in dist/: a directory, and a deb and an RPM where the tools are
	@$(BIN)/python packaging/build.py

clean: ## forget the virtual environments and caches
	rm -rf $(VENV) .tox .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
