# Every target that needs .venv makes it first, so each works alone on a fresh clone.

BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help run test test-long test-quick coverage check docs site dist release figures calibration clauses reforms discover stories baseline bench lock python clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: $(READY) ## Ask the first question: which levers help the district
	$(BIN)/zhixing levers district

# Tests start a hundred processes: those after the first need not compile modules again.
PYTEST = env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest \
	-n auto --dist loadfile --no-loadscope-reorder

test: $(READY) ## Run the tests, a file at a time on each processor: some minutes
	$(PYTEST) -m "not long"

test-long: $(READY) ## Run the tests that test leaves out: whole studies, every language and scenario
	$(PYTEST) -m long

test-quick: $(READY) ## Run those tests of every part that take moments: about a minute
	$(PYTEST) -m "not slow"

# Compiled rules are invisible to coverage: those with tests of their own run as plain Python, too,
# where a division by zero warns instead of giving infinity in silence. They are compiled anew, for
# what compiles them to be counted. If a test fails, what the others run is told nevertheless.
MEASURED = env -u PYTHONDONTWRITEBYTECODE XDG_CACHE_HOME=$(CURDIR)/build/coverage/cache \
	$(BIN)/python -m coverage run -m pytest \
	-n auto --dist loadfile --no-loadscope-reorder -m "not long"

coverage: $(READY) ## Measure what lines and branches the tests run, and write it into docs
	rm -rf build/coverage
	mkdir -p build/coverage
	-$(MEASURED)
	-NUMBA_DISABLE_JIT=1 $(MEASURED) -W ignore::RuntimeWarning tests/rules tests/test_odd_equations.py \
		tests/test_meanfield.py::test_a_step_depends_on_the_state_and_on_nothing_that_was_computed_before
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage json --quiet
	$(BIN)/python -m coverage report
	$(BIN)/python -m docs.covered

check: $(READY) ## Lint, check the formatting, check the types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(READY) ## Rewrite the generated tables in docs
	$(BIN)/python -m docs.build

site: $(READY) ## Build the documentation site in build/site, offline
	$(BIN)/python -m docs.site.build

dist: $(READY) ## Build wheel and sdist in dist/, and check them
	$(BIN)/python -m release.dist

release: $(READY) ## Check all that a release must pass: make release VERSION=0.2.0
	$(BIN)/python -m release.checklist $(VERSION)

figures: $(READY) ## Run what figures rest on, draw them, rewrite the gallery
	$(BIN)/zhixing figures --run
	$(BIN)/python -m docs.gallery

calibration: $(READY) ## Fit the district again and rewrite what ships and the docs (two to three hours)
	$(BIN)/zhixing calibrate --ship scenarios/posterior
	$(BIN)/python -m docs.calibration --district

clauses: $(READY) ## Rewrite the table of clauses in docs (about a minute)
	$(BIN)/python -m docs.clauses

reforms: $(READY) ## Predict published reforms and rewrite what docs say of them (two minutes)
	$(BIN)/python -m docs.reforms

discover: $(READY) ## Rewrite the answers that docs/discover.md shows (two minutes)
	$(BIN)/python -m docs.discover

stories: $(READY) ## Rewrite what docs say of the shipped scenarios (half a minute)
	$(BIN)/python -m docs.stories

baseline: $(READY) ## Rewrite the summaries of shipped scenarios that tests hold to the last digit
	$(BIN)/python -m tests.baseline

bench: $(READY) ## Time loops, phases, sizes, threads, starts, studies (half an hour)
	$(BIN)/python -m benchmarks

# Sets $py to the first Python that will do. Each one is run, not just looked up: a pyenv shim
# can exist for a version that is not there, and Debian's python3 can come without ensurepip.
PROBE := import sys; print("%d.%d.%d" % sys.version_info[:3]); \
	sys.version_info >= (3, 12) or sys.exit(3); import venv, ensurepip; ensurepip.version()

define find_python
py=; found=; \
for c in $(PYTHON) python3 python3.13 python3.14 python3.12 python; do \
	command -v "$$c" >/dev/null 2>&1 || { \
		[ "$$c" != "$(PYTHON)" ] || found="$$c (not there)"; continue; }; \
	v=$$("$$c" -c '$(PROBE)' 2>/dev/null) && { py=$$c; break; }; \
	case "$$?:$$v" in \
		*:) v="does not run";; \
		3:*) ;; \
		*) v="$$v without venv and ensurepip";; \
	esac; \
	found="$${found:+$$found, }$$c ($$v)"; \
done; \
if [ -z "$$py" ]; then \
	echo "Zhixing needs Python 3.12 or newer with venv and ensurepip;" \
		"found: $${found:-no Python}. Name one:" \
		"make $(or $(firstword $(MAKECMDGOALS)),run) PYTHON=/path/to/python3.12" >&2; \
	exit 2; \
fi; \
if [ -n "$(PYTHON)" ] && [ "$$py" != "$(PYTHON)" ]; then \
	echo "PYTHON=$(PYTHON) will not do: $$found. Using $$py ($$v)." >&2; \
fi
endef

# Written last, so that an interrupted set-up is done again from the start.
$(READY): requirements.lock pyproject.toml
	@$(find_python); \
	if [ -e $(READY) ]; then \
		echo "Setting up .venv again: requirements.lock or pyproject.toml changed"; \
	else \
		echo "Setting up .venv (once, about a minute)"; \
	fi; \
	echo "  Python $$v ($$py)"; \
	"$$py" -m venv --clear .venv
	@echo "  installing the locked packages"
	@$(PIP) --require-hashes -r requirements.lock
	@echo "  installing Zhixing itself"
	@$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

PIP := $(BIN)/python -m pip -qq --disable-pip-version-check install

# uv runs outside .venv, which the lock describes and must not influence.
lock: ## Resolve requirements.lock anew (newest versions: make lock UV_FLAGS=--upgrade)
	@$(find_python); \
	tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && trap 'exit 1' HUP INT TERM && \
	echo "Fetching uv" && \
	"$$py" -m venv "$$tmp" && \
	"$$tmp/bin/python" -m pip -qq --disable-pip-version-check install uv && \
	echo "Resolving requirements.lock" && \
	"$$tmp/bin/uv" pip compile pyproject.toml --quiet --python "$$tmp/bin/python" \
		--extra dev --universal --generate-hashes --no-header \
		--python-version 3.12 $(UV_FLAGS) -o requirements.lock

python: ## Say which Python would be used
	@$(find_python); echo "$$py ($$v)"

clean: ## Remove .venv, caches and build output (results/ stays)
	rm -rf .venv dist build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
