# Two commands: `make run` and `make test`. While you work, `make quick` says within a minute and a half
# on two cores what most often goes wrong: style, types, who knows whom, and every test that needs no browser
# and is not marked slow, each law with a fifth of its examples. `make bench` and `make shots` are extras.
PYTHON ?= python3
PORT ?= 8501
HOST = localhost
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# `make fuzz SEED=7` lets strangers loose on the pages, their links and their files, at random, for half an hour.
SEED ?= 0
FUZZ := tests/pages/test_monkey.py tests/pages/test_link_fuzz.py $(wildcard tests/engine/market/test_file_fuzz.py)

.PHONY: run test quick fuzz bench shots clean

# Only this machine sees the lab, unless a HOST is named: `make run HOST=0.0.0.0` is for a class, and says
# which address to write on the board. A HOST of the environment does not count: some shells set one.
run: .venv/app
	@board=$$($(BIN)/python -m pages.shared.board $(HOST)) && \
	echo "Liquidation Lab opens at http://$$board:$(PORT). Ctrl+C stops it." && \
	$(BIN)/streamlit run app.py --server.port $(PORT) --server.address $(HOST) --browser.serverAddress $$board

test: .venv/tests
	$(BIN)/ruff check .
	$(BIN)/mypy --strict engine
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist worksteal

quick: .venv/tests
	$(BIN)/ruff check .
	$(BIN)/mypy --strict engine
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist worksteal -q -m "not slow" --ignore tests/browser --hypothesis-profile quick

fuzz: .venv/tests
	LAB_FUZZ=50 LAB_SEED=$(SEED) $(BIN)/python -m pytest -n 2 --dist worksteal -q $(FUZZ)

bench: .venv/bench
	@$(BIN)/python -m tests.bench

shots: .venv/tests
	@$(BIN)/python -m tests.shots

clean:
	rm -rf .venv

# Each stamp stands for a finished step: an interrupted one is done again, a finished one never.
.venv/made:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Liquidation Lab needs Python 3.11 or newer; $(PYTHON) is %d.%d. Try: make PYTHON=python3.12 run" % sys.version_info[:2])'
	@$(PYTHON) -m venv --clear .venv || { echo "Python has no venv here. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	@touch $@

.venv/app: requirements.txt .venv/made
	@echo "Installing what the app needs (once, a minute or two) ..."
	@$(PIP) -r requirements.txt
	@touch $@

.venv/tests: tests/requirements.txt .venv/app
	@echo "Installing what the tests need (once) ..."
	@$(PIP) -r tests/requirements.txt
	@touch $@

.venv/bench: tests/bench-requirements.txt .venv/tests
	@echo "Installing what only the benchmark compares with (once) ..."
	@if $(PIP) -r tests/bench-requirements.txt; then touch $@; else echo "The benchmark goes on without it."; fi
