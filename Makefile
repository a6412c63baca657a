# make demo and make test need Python 3.10 or later and nothing else; PYTHON names another interpreter than python3.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/.ready-to-run
DEV := $(VENV)/.ready-to-develop

.PHONY: demo test check clean

## The dev stack's life against the emulated services, on the real engine where it can be had.
demo: $(RUN)
	$(VENV)/bin/python demo.py

## All tests; those of the real CLI run where `pulumi` is on PATH and are skipped, counted, where it is not.
test: $(DEV)
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(VENV)/bin/python -m pytest $(ARGS)

## Style and types.
check: $(DEV)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

clean:
	rm -rf $(VENV) .cache

$(RUN): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or later is needed: make PYTHON=…")'
	@echo "Building $(VENV) from requirements.txt …"
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	@echo "Adding requirements-dev.txt …"
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
