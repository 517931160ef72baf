# Two commands do all the set-up: `make demo` and `make test`.
SECONDS ?= 60
TIMES ?= 100
.PHONY: demo test check lint fuzz kill fmt bench dist browser words pictures lock clean
PYTHON ?= python3
BIN := .venv/bin

demo: .venv/run.stamp
	$(BIN)/peerloom demo

test: .venv/dev.stamp browser check
	$(BIN)/python -m pytest -n auto
	$(BIN)/python -m tests.postgres -n auto

check: .venv/dev.stamp
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/djlint --check --quiet src/peerloom
	$(BIN)/djlint --lint --quiet src/peerloom

# What is known of the packages we build on, and what a scanner sees in our own code.
lint: check
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml src
	$(BIN)/pip-audit --requirement requirements/run.lock --require-hashes --disable-pip

# Parsers of what strangers send, and people who press everything, for so many seconds each.
fuzz: .venv/dev.stamp
	$(BIN)/python -m tests.fuzz table -max_total_time=$(SECONDS)
	$(BIN)/python -m tests.fuzz calendar -max_total_time=$(SECONDS)
	$(BIN)/python -m tests.fuzz hours -max_total_time=$(SECONDS)
	$(BIN)/python -m tests.fuzz.wandering $(SECONDS)

# Processes ended by force at random moments, so often, on both databases.
kill: .venv/dev.stamp
	$(BIN)/python -m tests.killing $(TIMES)
	$(BIN)/python -m tests.postgres -m tests.killing $(TIMES)
	$(BIN)/python -m tests.killing.migrating
	$(BIN)/python -m tests.postgres -m tests.killing.migrating

fmt: .venv/dev.stamp
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks
	-$(BIN)/djlint --reformat --quiet src/peerloom

# Pictures for README and the guides: the rooms from their contract, pages from a demo of their own.
pictures: .venv/dev.stamp browser
	$(BIN)/python -m tests.architecture
	$(BIN)/python -m tests.pictures

# What is marked for translation, merged into the translations and compiled.
words: .venv/dev.stamp
	@$(BIN)/python -m tests.words

browser: .venv/dev.stamp
	@$(BIN)/python -m tests.browser

bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks.matching.kernel
	$(BIN)/python -m benchmarks.matching.whole
	$(BIN)/python -m benchmarks.matching.circles
	$(BIN)/python -m benchmarks.balance.thresholds
	$(BIN)/python -m benchmarks.results.truth
	$(BIN)/python -m benchmarks.results.counting
	$(BIN)/python -m benchmarks.web.people
	$(BIN)/python -m benchmarks.web.partnership

dist: .venv/dev.stamp
	$(BIN)/python -m build --outdir dist .

# The engine runs with what is needed to use it; the tests with more. Both from hashed locks.
.venv/run.stamp: requirements/run.lock pyproject.toml | .venv
	test -e .venv/dev.stamp || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

.venv/dev.stamp: requirements/dev.lock pyproject.toml | .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

.venv:
	$(PYTHON) -m venv .venv

lock: | .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate pyproject.toml -o requirements/run.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --group dev --extra text --extra dask --extra saml pyproject.toml -o requirements/dev.lock

clean:
	rm -rf .venv build dist demo-data
