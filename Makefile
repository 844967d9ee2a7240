# The few commands people type; meson does the building.
PORT ?= 3007
BUILD := build
WEB_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' \
	-not -path 'web/.gen/*' -not -path 'web/tests/*')

.PHONY: all program web run setup test release bench fuzz docs format clean help

all: program ## build build/astralfield

program: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet astralfield

$(BUILD)/build.ninja:
	@command -v meson >/dev/null || { echo "meson is missing: run 'make setup' first"; exit 1; }
	meson setup $(BUILD)

web: web/dist/index.html ## build the web client into web/dist

web/dist/index.html: $(WEB_SOURCES)
	@test -d web/node_modules || { echo "web/node_modules is missing: run 'make setup' first"; exit 1; }
	cd web && npm run --silent build
	@touch $@

run: ## install what is missing, build, and start AstralField (PORT=3007)
	@tools/setup run
	@$(MAKE) --no-print-directory program web
	@exec $(BUILD)/astralfield up --port $(PORT)

setup: ## install the packages that building, running and testing need
	@tools/setup test

test: ## run every check and test; ends with "N passed, N failed"
	@tools/setup test
	@tools/test

release: web ## make dist/astralfield-ID.tar.gz from this commit (KEY=FILE signs it)
	@tools/release $(if $(KEY),--key $(KEY))

bench: ## measure against nginx and pgbench (on a quiet machine)
	@tools/setup bench
	@$(MAKE) --no-print-directory program web
	@ninja -C $(BUILD) --quiet tests/bench/bench-sockets
	@tests/bench/run

fuzz: ## run each fuzzer for 60 seconds (SECONDS_EACH=60)
	@tools/setup test
	@tools/fuzz $(or $(SECONDS_EACH),60)

docs: program ## make docs/openapi.json, docs/api.md and the web client's types from the endpoint rows
	$(BUILD)/astralfield openapi > docs/openapi.json
	$(BUILD)/astralfield api manual > docs/api.md
	cd web && npm run --silent api

format: ## lay out the sources as the tools want them
	find src tests -name node_modules -prune -o -name '*.[ch]' -print | xargs clang-format --Wno-error=unknown -i
	cd web && npm run --silent format

clean: ## remove what was built; data in var/ stays
	rm -rf build build-test build-fuzz build-release dist web/dist web/.gen

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile
