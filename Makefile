# Aftersales. `make run` brings everything up, `make test` proves that it works, `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

TEMPORAL_VERSION := v1.32.1
UI_VERSION := v2.54.1
STATICCHECK_VERSION := v0.8.2# that is 2026.2.2; the proxy knows only this name
GOLANGCI_VERSION := v2.15.0
GOVULNCHECK_VERSION := v1.8.0

# Programs that we use but don't own. Outside version control; Go's build cache makes a second installation quick.
TOOLS := $(CURDIR)/.tools
# Outside any module, so that the programs get their own dependencies; of GOFLAGS only -buildvcs concerns them.
INSTALL = cd "$(TOOLS)" && GOFLAGS="$(filter -buildvcs=false,$(GOFLAGS))" CGO_ENABLED=0 GOBIN="$(TOOLS)" go install

# An outside program wins over the one that we would install.
TEMPORAL_SERVER := $(or $(AFTERSALES_TEMPORAL_SERVER),$(TOOLS)/temporal-server)

PACKAGES ?= ./...
# The whole program as people run it, with its engine and its partners, is tested as it is built for them. What it is made of is tested
# with the race detector, which makes a program five to ten times slower: deadlines of seconds would then measure the detector.
WHOLE := aftersales/cmd/aftersales
# Rooms may come later than this file: linters and analysers get those that are there.
WORKFLOWS = $(wildcard workflows/*.go)

say = @printf '\033[1m%s\033[0m\n' '== $(1)'

## ---- everyday -------------------------------------------------------------------------------------------------

.PHONY: run
run: build temporal-tool ## build and run everything on this machine (ARGS="--pack demo --fresh" are passed on)
	exec ./bin/aftersales dev $(ARGS)

.PHONY: demo
demo: build ## play 200 returns against what `make run` started (CASES=200)
	./bin/aftersales demo --cases $(or $(CASES),200)

.PHONY: build
build: go-version web ## build ./bin/aftersales, without cgo
	$(call say,building bin/aftersales)
	CGO_ENABLED=0 go build -trimpath -o bin/aftersales ./cmd/aftersales

.PHONY: web
web: web-tools ## build the screens
	$(call say,building the screens)
	cd web && npm run --silent build

# The dev server reloads what changes and asks a running program for the rest: AFTERSALES_URL, else http://localhost:8080.
.PHONY: web-dev
web-dev: web-tools ## work on the screens against what `make run` started
	cd web && npm run --silent dev

.PHONY: web-tools
web-tools:
	@command -v npm >/dev/null && node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || a == 20 && b >= 19 ? 0 : 1)' \
	  || { echo 'The screens need Node.js 20.19 or newer with npm (Debian: nodejs npm, or https://nodejs.org).' >&2; exit 1; }
	@if [ ! -d web/node_modules ] || [ web/package-lock.json -nt web/node_modules ]; then cd web && npm ci && touch node_modules; fi

## ---- proof ----------------------------------------------------------------------------------------------------

.PHONY: test
test: go-version gcc postgres redis temporal-tool temporal-sql-tool web-test vet workflowcheck ## the screens, vet, workflow determinism, all tests
	$(call say,tests with the race detector)
	@mkdir -p "$(TOOLS)"; failed=; packages=$$(go list $(PACKAGES)); whole=$$(grep -x '$(WHOLE)' <<<"$$packages" || true); parts=$$(grep -vx '$(WHOLE)' <<<"$$packages" || true); \
	if [ -n "$$parts" ]; then CGO_ENABLED=1 go test -race -timeout 40m $$parts 2>&1 | tee "$(TOOLS)/test.log" || failed=1; else : > "$(TOOLS)/test.log"; fi; \
	if [ -n "$$whole" ]; then printf '\033[1m%s\033[0m\n' '== the whole program: stories, kills, attacks'; \
	  go test -timeout 40m $$whole 2>&1 | tee -a "$(TOOLS)/test.log" || failed=1; fi; \
	if [ -n "$$failed" ]; then ./scripts/failures.awk "$(TOOLS)/test.log"; exit 1; fi
	$(call say,all tests passed)

.PHONY: web-test
web-test: web-tools ## types, tests, build and sizes of the screens
	$(call say,the screens: types)
	cd web && npm run --silent check
	$(call say,the screens: tests)
	cd web && npm run --silent test
	$(call say,the screens: build and sizes)
	cd web && npm run --silent build && npm run --silent sizes

.PHONY: browser-test
browser-test: go-version web-tools chromium temporal-tool
	$(call say,people in browsers before the built program)
	CGO_ENABLED=0 go build -trimpath -o bin/aftersales ./cmd/aftersales
	cd web && AFTERSALES_TEMPORAL_SERVER="$(TEMPORAL_SERVER)" npm run --silent e2e -- $(ARGS)

.PHONY: e2e
e2e: web browser-test ## people in browsers before the built program (ARGS="exchange --project people")

.PHONY: gallery
gallery: web chromium temporal-tool ## pictures of the main screens into docs/screens (AFTERSALES_GALLERY=all: every way, into web/test-results)
	CGO_ENABLED=0 go build -trimpath -o bin/aftersales ./cmd/aftersales
	cd web && AFTERSALES_TEMPORAL_SERVER="$(TEMPORAL_SERVER)" npm run --silent gallery

.PHONY: measure
measure: web chromium temporal-tool ## how fast screens hear of each other, how a long list scrolls
	CGO_ENABLED=0 go build -trimpath -o bin/aftersales ./cmd/aftersales
	cd web && AFTERSALES_TEMPORAL_SERVER="$(TEMPORAL_SERVER)" npm run --silent measure

.PHONY: vet
vet: go-version
	$(call say,go vet)
	go vet $(PACKAGES)

.PHONY: workflowcheck
workflowcheck: go-version
ifneq ($(WORKFLOWS),)
	$(call say,workflowcheck: nothing in a workflow may depend on chance)
	go tool workflowcheck -config workflows/workflowcheck.yaml ./workflows/...
endif

.PHONY: chaos
chaos: go-version gcc postgres temporal-tool ## kill -9 worker, API and Temporal at random while cases run (KILLS=100)
	AFTERSALES_CHAOS_KILLS=$(or $(KILLS),100) CGO_ENABLED=1 go test -race -count=1 -timeout 60m -v -run '^TestChaos$$' ./cmd/aftersales

.PHONY: histories
histories: go-version temporal-tool ## record the histories of every ending, which all later builds replay (STORIES=repair/ adds those of new stories)
	AFTERSALES_TEST_RECORD=1 AFTERSALES_TEST_RECORD_ONLY=$(STORIES) go test -count=1 -timeout 20m -v -run '^TestRecordHistories$$' ./cmd/aftersales

.PHONY: bench
bench: build postgres temporal-tool temporal-sql-tool ## measure everything into docs/performance.md, 20 minutes (ARGS="-quick", ARGS="-only return")
	$(call say,measuring: keep the machine quiet)
	go run ./bench $(ARGS)

.PHONY: fuzz
fuzz: go-version ## fuzz every parser for a while (FUZZTIME=20s each)
	@for package in $$(go list -f '{{.ImportPath}} {{join .TestGoFiles ","}},{{join .XTestGoFiles ","}}' ./... | awk '$$2 != "," {print $$1}'); do \
	  for f in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "== $$package $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(or $(FUZZTIME),20s) $$package; \
	  done; \
	done

.PHONY: lint
lint: go-version web-tools $(TOOLS)/staticcheck $(TOOLS)/golangci-lint $(TOOLS)/govulncheck ## eslint, prettier, gofmt, staticcheck, golangci-lint, govulncheck
	$(call say,eslint and prettier)
	cd web && npm run --silent types && npm run --silent lint
	$(call say,gofmt)
	@unformatted=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); \
	if [ -n "$$unformatted" ]; then echo "Not formatted, run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	$(call say,staticcheck)
	$(TOOLS)/staticcheck $(PACKAGES)
	$(call say,golangci-lint)
	$(TOOLS)/golangci-lint run $(PACKAGES)
	$(call say,govulncheck)
	$(TOOLS)/govulncheck $(PACKAGES)

## ---- what they need -------------------------------------------------------------------------------------------

.PHONY: go-version
go-version:
	@command -v go >/dev/null || { echo 'Go 1.26 or newer is needed: https://go.dev/dl/' >&2; exit 1; }
	@version=$$(go env GOVERSION); minor=$${version#go1.}; minor=$${minor%%[!0-9]*}; \
	if [[ "$$version" == go1.* ]] && (( $${minor:-0} < 26 )); then \
	  echo "Go 1.26 or newer is needed, this is $$version: https://go.dev/dl/" >&2; exit 1; fi

.PHONY: gcc
gcc:
	@command -v gcc >/dev/null || ./scripts/need.sh 'The race detector needs a C compiler.' build-essential

.PHONY: postgres
postgres:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
	  || ./scripts/need.sh 'The tests need the server programs of PostgreSQL.' postgresql

.PHONY: redis
redis:
	@command -v redis-server >/dev/null || ./scripts/need.sh 'The tests need the server program of Redis.' redis-server

.PHONY: chromium
chromium:
	@[ -x "$${AFTERSALES_CHROMIUM:-/usr/bin/chromium}" ] \
	  || ./scripts/need.sh 'The browser tests need Chromium, or AFTERSALES_CHROMIUM with the path of one.' chromium fonts-noto-cjk

.PHONY: temporal-tool
temporal-tool: $(TEMPORAL_SERVER) ## install the Temporal server into .tools

$(TOOLS)/temporal-server: | go-version $(TOOLS)
	$(call say,installing Temporal server $(TEMPORAL_VERSION): about 5 minutes the first time)
	$(INSTALL) go.temporal.io/server/cmd/server@$(TEMPORAL_VERSION)
	mv "$(TOOLS)/server" "$@"

.PHONY: temporal-sql-tool
temporal-sql-tool: $(TOOLS)/temporal-sql-tool ## install Temporal's schema tool, for Temporal on PostgreSQL

$(TOOLS)/temporal-sql-tool: | go-version $(TOOLS)
	$(call say,installing Temporal schema tool $(TEMPORAL_VERSION))
	$(INSTALL) go.temporal.io/server/cmd/tools/sql@$(TEMPORAL_VERSION)
	mv "$(TOOLS)/sql" "$@"

.PHONY: ui-tool
ui-tool: $(TOOLS)/temporal-ui-server ## install Temporal's web UI, for `aftersales dev --ui`

# Its program is called "server" too, so it is not built beside the other one.
$(TOOLS)/temporal-ui-server: | go-version $(TOOLS)
	$(call say,installing Temporal web UI $(UI_VERSION))
	mkdir -p "$(TOOLS)/ui"
	cd "$(TOOLS)" && GOFLAGS="$(filter -buildvcs=false,$(GOFLAGS))" CGO_ENABLED=0 GOBIN="$(TOOLS)/ui" go install github.com/temporalio/ui-server/v2/cmd/server@$(UI_VERSION)
	mv "$(TOOLS)/ui/server" "$@" && rmdir "$(TOOLS)/ui"

$(TOOLS)/staticcheck: | go-version $(TOOLS)
	$(INSTALL) honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK_VERSION)

$(TOOLS)/golangci-lint: | go-version $(TOOLS)
	$(INSTALL) github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)

$(TOOLS)/govulncheck: | go-version $(TOOLS)
	$(INSTALL) golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)

$(TOOLS):
	mkdir -p "$@"

.PHONY: clean
clean: ## remove what was built; data and installed tools stay
	rm -rf bin; find web/dist -mindepth 1 ! -name .gitkeep -delete

.PHONY: help
help: ## this list
	@echo 'Aftersales: make <target>'
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
