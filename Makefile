# Heard: `make run` shows it, `make test` checks it. Everything else is listed by `make help`.
PYTHON ?= python3
PORT ?= 8000
DEMO ?= 1
VENV := .venv
BIN := $(VENV)/bin
HEARD_DATA ?= $(CURDIR)/var
LOOK ?= look
FUZZ ?= 5000
export HEARD_DATA PORT

.PHONY: help run setup-run test lint bench chaos fuzz look css messages clean-look

help:
	@echo "make run     start the portal with a demonstration organisation (DEMO=0: an empty one, PORT=8000)"
	@echo "make test    lint and all tests (REQUIRE=postgres,redis,chromium makes a missing part a failure)"
	@echo "make lint    ruff, import-linter, djlint, messages"
	@echo "make bench   measure, print ratios"
	@echo "make chaos   break things under the running portal and check every promise afterwards (some minutes)"
	@echo "make fuzz    feed the parsers thousands of broken inputs (FUZZ=5000 of each)"
	@echo "make look    walk the demonstration and save a picture of every page into look/"
	@echo "make css     compile the style sheet (needs npm)   make messages   collect texts to translate (needs gettext)"

$(VENV)/.run: requirements.txt
	@test -x $(BIN)/pip || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Heard needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1 || true). Name another one: make run PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "No virtual environment could be made. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@test -f $@ || echo "Installing into $(VENV); this takes a minute or two, only the first time."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

locale/zh_Hans/LC_MESSAGES/django.mo: locale/zh_Hans/LC_MESSAGES/django.po $(VENV)/.run
	@$(BIN)/pybabel -q compile -d locale -D django -l zh_Hans

run: $(VENV)/.run locale/zh_Hans/LC_MESSAGES/django.mo
	@HEARD_DEMO=$(DEMO) $(BIN)/python -m config.run

test: $(VENV)/.dev locale/zh_Hans/LC_MESSAGES/django.mo lint
	@$(BIN)/python -m config.testing

lint: $(VENV)/.dev
	@$(BIN)/ruff check -q . && $(BIN)/ruff format -q --check .
	@$(BIN)/lint-imports --no-cache > /dev/null || $(BIN)/lint-imports --no-cache
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/python -m config.messages --check

bench: $(VENV)/.dev locale/zh_Hans/LC_MESSAGES/django.mo
	@$(BIN)/python -m bench

chaos: $(VENV)/.dev locale/zh_Hans/LC_MESSAGES/django.mo
	@$(BIN)/python -m chaos

fuzz: $(VENV)/.dev locale/zh_Hans/LC_MESSAGES/django.mo
	@FUZZ=$(FUZZ) $(BIN)/python -m config.testing fuzz

look: $(VENV)/.dev locale/zh_Hans/LC_MESSAGES/django.mo
	@$(BIN)/python -m tests.browser.look $(LOOK)

css:
	@cd assets && npm ci --no-audit --no-fund --silent && npm run -s build

messages: $(VENV)/.dev
	@$(BIN)/python -m config.messages
