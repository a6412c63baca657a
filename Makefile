# make demo and make test need Python 3.10 or later and nothing else; PYTHON names another interpreter than python3.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/.ready-to-run
DEV := $(VENV)/.ready-to-develop
AUDIT := .cache/audit
PARALLEL := --numprocesses auto --dist worksteal
# Where demo.py installs the CLI.
INSTALLED := $(CURDIR)/.cache/pulumi/bin
ACTIONLINT := $(CURDIR)/.cache/bin/actionlint
SCHEMAS := .cache/schemas
PLUGIN := pulumi-resource-tc-resources
BENCH := $(VENV)/.ready-to-measure
MUTATION := $(VENV)/.ready-to-mutate

.PHONY: demo test live soak mutants mutation test-lowest test-newest coverage bench bench-quick check proto schema reference docs plugin workflows wheel-test release audit clean

## The dev stack's life against the emulated services, on the real engine where it can be had.
demo: $(RUN)
	$(VENV)/bin/python demo.py

## All tests; those of the real CLI run where `pulumi` is on PATH, or where the demo has installed it, and are skipped,
## counted, where it is not.
test: $(DEV)
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH:$(INSTALLED)" $(VENV)/bin/python -m pytest $(PARALLEL) $(ARGS)

## The life of both resources on the account that the environment names: in TC_LIVE_ZONE for TC_LIVE_DOMAIN (TC_LIVE_AREA,
## or else Overseas) and on TC_LIVE_SUB_APP for Image, where nothing is; all is taken back.
live: $(DEV)
	TC_LIVE=1 $(VENV)/bin/python -m pytest tests/service -W ignore::ResourceWarning $(ARGS)

## The model test for STEPS steps, with fresh seeds and on all cores: 1 is its exit code where anything was lost, or, as
## of 50,000 steps, where anything that can be drawn was not. ARGS="--minutes 60" ends it earlier.
soak: $(DEV)
	$(VENV)/bin/python -m tests.model.soak $(STEPS) $(ARGS)

## How soon the model finds each broken variant of the package (NAMES: of these alone); 1 is its exit code where one
## has survived 5,000 steps. An hour on two cores.
mutants: $(DEV)
	$(VENV)/bin/python -m tests.model.hunt $(NAMES)

## Which changes of the core's lines no test sees: two places of each module, or of NAMES (modules or folders), drawn by
## ARGS="--each 9 --seed 4". tests/mutation/argued.json says of those that may survive why. An hour or two.
mutation: $(MUTATION)
	$(VENV)/bin/python -m tests.mutation.sample $(NAMES) $(ARGS)

## The tests on the lowest versions that pyproject.toml allows, best with a Python 3.10, and on the newest there are.
test-lowest: RESOLUTION := lowest-direct
# An old package beside a new one may warn of it; that the two work together is what counts here.
test-lowest: WARNINGS := -W ignore::DeprecationWarning
test-newest: RESOLUTION := highest
test-lowest test-newest: test-%: .venv-%/.ready-to-develop
	PATH="$(CURDIR)/.venv-$*/bin:$$PATH" .venv-$*/bin/python -m pytest $(PARALLEL) $(WARNINGS) $(ARGS)

## The share of the package's lines and branches that the tests run, in all processes; it fails below 95 %.
coverage: $(DEV)
	$(VENV)/bin/coverage erase
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(VENV)/bin/coverage run -m pytest $(ARGS)
	$(VENV)/bin/coverage combine --quiet
	$(VENV)/bin/coverage report

## Style and types.
check: $(DEV)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	@if $(MAKE) --silent $(ACTIONLINT) $(SCHEMAS) 2> /dev/null; then $(MAKE) --no-print-directory workflows; \
		else echo "make check: the workflows are not linted, for want of Go or of their linters."; fi

## The workflows, by their own linter, which takes Go; the forms of issues and what is for GitLab, by their schemas.
workflows: $(ACTIONLINT) $(SCHEMAS)
	$(ACTIONLINT) .github/workflows/*.yml examples/ci/github.yml
	$(SCHEMAS)/bin/check-jsonschema --quiet --builtin-schema vendor.gitlab-ci examples/ci/gitlab.yml
	$(SCHEMAS)/bin/check-jsonschema --quiet --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(SCHEMAS)/bin/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml

$(ACTIONLINT):
	@GOBIN=$(dir $@) go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

$(SCHEMAS):
	@$(PYTHON) -m venv $@
	@$@/bin/python -m pip install --quiet --disable-pip-version-check check-jsonschema || { rm -rf $@; exit 1; }

## The wheel alone: in an environment and a folder of its own, where no checkout is.
wheel-test: WHEEL := .cache/wheel
wheel-test:
	@rm -rf $(WHEEL)
	@$(PYTHON) -m venv $(WHEEL)/venv
	@$(WHEEL)/venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir $(WHEEL) .
	@$(WHEEL)/venv/bin/python -m pip install --quiet --disable-pip-version-check "$$(echo $(WHEEL)/*.whl)[testing]"
	@cp .ci/test_wheel.py $(WHEEL) && touch $(WHEEL)/pytest.ini  # which makes it a root of its own
	cd $(WHEEL) && venv/bin/tc-resources new mine && venv/bin/python -m pytest --quiet test_wheel.py

## Both archives and their SBOM into dist/, once version, changelog, schema, documents and stored states are as they
## should be.
release: $(DEV)
	$(VENV)/bin/python -m generate.release
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH:$(INSTALLED)" $(VENV)/bin/python -m pytest --quiet tests/state tests/pulumi/test_state.py
	rm -rf dist/*.whl dist/*.tar.gz
	$(VENV)/bin/python -m hatchling build --directory dist
	@$(PYTHON) -m venv .cache/sbom
	@.cache/sbom/bin/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom
	.cache/sbom/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-file dist/sbom.json

## What the native face knows of Pulumi's protocol, from the SDK that is installed: to be committed.
proto: $(DEV)
	$(VENV)/bin/python -m generate.protocol

## The schema of the native face, from the arguments and the docstrings of the dynamic one: to be committed.
schema: $(DEV)
	$(VENV)/bin/python -m generate.schema

## The tables of docs/, from the arguments, the settings and their descriptions: to be committed.
reference: $(DEV)
	$(VENV)/bin/python -m generate.reference

## The site, from docs/ into dist/site: no network but for what builds it. A warning fails.
docs: .venv-docs/.ready-to-build
	.venv-docs/bin/sphinx-build --quiet --fail-on-warning --fresh-env docs dist/site

.venv-docs/.ready-to-build: requirements-docs.txt requirements.txt pyproject.toml
	@$(PYTHON) -m venv .venv-docs
	@.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-docs.txt hatchling editables
	@.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

## The plugin as a folder that needs no Python, and its archive for `pulumi plugin install resource … --file`, in dist/.
plugin: .venv-plugin/.ready-to-pack
	@.venv-plugin/bin/python -m pip install --quiet --force-reinstall --disable-pip-version-check --no-deps --no-build-isolation .
	.venv-plugin/bin/pyinstaller --noconfirm --log-level ERROR --onedir --name $(PLUGIN) --specpath .cache --workpath .cache/plugin \
		--distpath dist --collect-submodules tc_resources.limits --collect-submodules tc_resources.cloud \
		--collect-data tc_resources.native plugin/__main__.py
	tar --create --gzip --file dist/$(PLUGIN).tar.gz --directory dist/$(PLUGIN) .

.venv-plugin/.ready-to-pack: requirements.txt pyproject.toml
	@$(PYTHON) -m venv .venv-plugin
	@.venv-plugin/bin/python -m pip install --quiet --disable-pip-version-check --constraint requirements.txt httpx tenacity grpcio protobuf idna
	@.venv-plugin/bin/python -m pip install --quiet --disable-pip-version-check pyinstaller hatchling editables
	@touch $@

## How long everything takes beside the alternatives, into bench/: more than an hour on a quiet machine.
bench: $(BENCH)
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(VENV)/bin/python -m bench $(ARGS)

## A few limits, once, and nothing is written: under a minute.
bench-quick: $(BENCH)
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(VENV)/bin/python -m bench quick

## Known vulnerabilities of what requirements.txt pins. Needs the network, for pip-audit and for its database: where a
## package cannot be looked up it says so and fails. No part of check.
audit: $(AUDIT)
	@$(AUDIT)/bin/pip-audit --requirement requirements.txt --strict --no-deps --disable-pip --progress-spinner off || \
		{ echo "make audit: a vulnerability, or a package that could not be looked up, is named above." >&2; exit 1; }

$(AUDIT):
	@$(PYTHON) -m venv $@
	@$@/bin/python -m pip install --quiet --disable-pip-version-check pip-audit || \
		{ rm -rf $@; echo "make audit: pip-audit cannot be installed, so nothing was looked up." >&2; exit 1; }

clean:
	rm -rf $(VENV) .venv-lowest .venv-newest .venv-plugin .venv-docs .cache dist

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

.venv-%/.ready-to-develop: requirements-dev.txt pyproject.toml
	@echo "Building .venv-$* from pyproject.toml and requirements-dev.txt …"
	@$(PYTHON) -m venv .venv-$*
	@.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --constraint requirements-dev.txt uv
	@.venv-$*/bin/uv pip compile --quiet --system-certs --python .venv-$* --resolution $(RESOLUTION) --extra testing \
		--output-file .venv-$*/versions.txt pyproject.toml requirements-dev.txt
	@.venv-$*/bin/uv pip install --quiet --system-certs --python .venv-$* -r .venv-$*/versions.txt hatchling editables
	@.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(MUTATION): requirements-mutation.txt $(DEV)
	@echo "Adding requirements-mutation.txt …"
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-mutation.txt
	@touch $@

$(BENCH): requirements-bench.txt $(RUN)
	@echo "Adding requirements-bench.txt …"
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@
