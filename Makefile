# Everything happens in .venv; nothing on the machine is changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt
# A strict editable install links file by file: it is made anew whenever a file comes or goes.
FILES := $(shell find agent devices tools prompts -type f ! -name '*.pyc' | LC_ALL=C sort | cksum | cut -d' ' -f1)
MODULES := $(shell find agent devices tools prompts -name '*.py')
EDITABLE = $(PIP) --no-build-isolation --config-settings editable_mode=strict
LINKED := $(VENV)/linked-$(FILES)

# Tests wait more than they compute.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count() * 3 // 2)')

.PHONY: dev check test demo bench system clean

dev: $(VENV)/dev $(LINKED)

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(BIN)/mypy | tee $(VENV)/mypy.log && grep -q 'in $(words $(MODULES)) source files' $(VENV)/mypy.log  # all, or it saw nothing
	MYPYPATH=benchmarks $(BIN)/mypy -p scoring -p cards -p wob -p screens

test: dev
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

demo: $(VENV)/demo $(LINKED)
	$(BIN)/handsight demo

bench: dev
	$(BIN)/python benchmarks/phone.py
	$(BIN)/python benchmarks/step_overhead.py

# What apt brings. Without it `make test` skips, and says, what needs it.
APT := adb fonts-roboto fonts-noto-cjk libegl1 libgl1-mesa-dri                      # a second adb, scripts, a robot's eye
APT += xvfb xserver-xephyr openbox x11-xserver-utils xclip python3-tk               # a desktop of the tests' own
APT += dbus at-spi2-core python3-gi gir1.2-atspi-2.0                                # what its programs tell of themselves
APT += chromium xterm l3afpad galculator gnumeric                                   # programs to work
system:
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y $(APT)

clean:
	rm -rf $(VENV) build *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("handsight needs Python 3.11 or later, and this is " + sys.version.split()[0] + ": make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade setuptools wheel

$(VENV)/demo: $(BIN)/python pyproject.toml constraints.txt
	@echo "Setting up .venv (a minute, the first time)"
	@$(EDITABLE) -e '.[android,ocr]'
	@touch $@ $(LINKED)

$(VENV)/dev: $(BIN)/python pyproject.toml constraints.txt
	@echo "Setting up .venv with everything (some minutes, the first time)"
	@$(EDITABLE) -e '.[all,dev]'
	@$(PIP) --no-deps miniwob  # its pages alone: the gym and the web driver that it asks for are not used
	@touch $@ $(VENV)/demo $(LINKED)

$(LINKED):
	@rm -rf build $(VENV)/linked-*
	@$(EDITABLE) --no-deps -e .
	@touch $@
