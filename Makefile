# SPDX-FileCopyrightText: 2026 The b2ckit authors
# SPDX-License-Identifier: Apache-2.0

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# A go.work of your own must not change what these targets see, and
# -modfile refuses to run beside one.
export GOWORK := off

TIMEOUT ?= 8m
FUZZTIME ?= 10s
BENCHTIME ?= 1s
BENCH ?= .
MINUTES ?= 1
VECTORS ?= ../shared/vectors

tool = go tool -modfile='$(CURDIR)/tools/go.mod'
golangci-lint = go tool -modfile='$(CURDIR)/tools/golangci-lint/go.mod' golangci-lint
modules = git ls-files -co --exclude-standard -- go.mod '*/go.mod'

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' \
		$(firstword $(MAKEFILE_LIST))

.PHONY: quickstart
quickstart: ## See B2C tokens accepted and refused by three frameworks
	go run ./examples/quickstart

.PHONY: build
build: ## Compile everything
	go build ./...

.PHONY: test
test: ## Run the tests; needs nothing but Go
	go test ./...

.PHONY: race
race: ## Run the tests with the race detector; needs a C compiler
	go test -race -count=1 -timeout='$(TIMEOUT)' ./...

.PHONY: vectors
vectors: ## Run the tests; missing public vectors are a failure
	@test -d '$(VECTORS)' || { echo 'no vectors in $(VECTORS)' >&2; exit 1; }
	B2CKIT_REQUIRE_VECTORS=1 go test ./...

.PHONY: interop
interop: ## Run foreign clients; needs MSAL Python, Node 20, Chromium
	npm ci --ignore-scripts --no-audit --no-fund --prefix interop/npm
	B2CKIT_REQUIRE_INTEROP=1 go -C interop test -count=1 -v ./...

.PHONY: telemetry
telemetry: ## Test the OpenTelemetry module, and scrape its example
	go -C otel test -count=1 -timeout='$(TIMEOUT)' ./...
	go -C otel/example test -count=1 -timeout='$(TIMEOUT)' ./...

.PHONY: fuzz
fuzz: ## Run every fuzzer for FUZZTIME (10s; or a count, 20000x)
	@found=0; \
	for pkg in $$(go list ./...); do \
		list=$$(go test -list '^Fuzz' "$$pkg"); \
		for name in $$(grep '^Fuzz' <<<"$$list" || true); do \
			found=$$((found + 1)); \
			echo "$$pkg $$name"; \
			go test -run='^$$' -fuzz="^$$name\$$" -fuzztime='$(FUZZTIME)' -fuzzminimizetime=2s "$$pkg"; \
		done; \
	done; \
	test "$$found" -gt 0 || { echo 'no fuzzer found' >&2; exit 1; }

.PHONY: soak
soak: ## Run servers under load and faults for MINUTES; needs Redis
	@echo 'a quarter of the time with the race detector'
	SOAK_MINUTES=$$(awk 'BEGIN { print $(MINUTES) / 4 }') \
		B2CKIT_REQUIRE_REDIS=1 go -C soak test -race -count=1 -timeout=$$(awk 'BEGIN { print $(MINUTES) + 10 }')m -v ./...
	SOAK_MINUTES=$$(awk 'BEGIN { print $(MINUTES) * 3 / 4 }') \
		B2CKIT_REQUIRE_REDIS=1 go -C soak test -count=1 -timeout=$$(awk 'BEGIN { print $(MINUTES) + 10 }')m -v ./...
	@echo 'an oracle on $(MINUTES) times 100,000 random verdicts'
	go -C interop test -count=1 -timeout=$$(awk 'BEGIN { print $(MINUTES) * 2 + 10 }')m -run='^TestVerdicts$$' ./oracle \
		-args -verdicts=$$(awk 'BEGIN { print int($(MINUTES) * 100000) }') -seed=0

.PHONY: bench
bench: ## Run the benchmarks matching BENCH for BENCHTIME (1s) each
	go test -run='^$$' -bench='$(BENCH)' -benchtime='$(BENCHTIME)' -benchmem ./...

.PHONY: performance
performance: ## Compare with other libraries; write docs/performance.md anew
	go -C benchmarks run . -write

.PHONY: load
load: ## Put servers under load, and write that; ten minutes, needs wrk
	go -C benchmarks run ./load -write

.PHONY: reliability
reliability: ## Run the fault matrix; write docs/reliability.md anew
	go test -count=1 ./reliability -write

.PHONY: cover
cover: ## Print the test coverage; cover.out has the details
	go test -coverpkg=./... -coverprofile=cover.out ./...
	@go tool cover -func=cover.out | tail -n 1

.PHONY: vet
vet: ## Run go vet
	go vet ./...

.PHONY: lint
lint: ## Run golangci-lint; builds it first, a minute or two
	go run -C tools ./arrows
	$(golangci-lint) run ./...
	cd tools && $(golangci-lint) run ./...
	cd interop && $(golangci-lint) run ./...
	cd soak && $(golangci-lint) run ./...
	cd benchmarks && $(golangci-lint) run ./...
	cd otel && $(golangci-lint) run ./...
	cd otel/example && $(golangci-lint) run ./...
	cd tools/sbom && $(golangci-lint) run ./...
	@lines=$$(git ls-files -co --exclude-standard -- '*_test.go' \
		| xargs -r grep -sLE '"testing/synctest"|bubble\(t, |virtualTime' \
		| xargs -r grep -Hns 'time\.Sleep(' | grep -v '//' || true); \
	test -z "$$lines" || { \
		echo "$$lines" >&2; \
		echo 'A test that sleeps is slow and flaky: wait for the event, use testing/synctest,' >&2; \
		echo 'or say in a comment on the line why this sleep is right.' >&2; exit 1; }

.PHONY: arrows
arrows: ## Check who imports what, and that each broken arrow is red
	go run -C tools ./arrows
	go test -C tools -count=1 -run='Arrow|Laws' -v ./arrows

.PHONY: staticcheck
staticcheck: ## Run staticcheck alone
	$(tool) staticcheck ./...

.PHONY: deadcode
deadcode: ## List functions that no program and no test reaches
	$(tool) deadcode -test ./...

.PHONY: vuln
vuln: ## Look for known vulnerabilities; needs the internet
	@$(tool) govulncheck ./... || { \
		rc=$$?; test $$rc = 3 && exit 3; \
		echo "NOT CHECKED: the vulnerability database did not answer, so nothing is known of $$(go version | cut -d' ' -f3) and" \
			"of the $$(go list -m all | wc -l) modules that go list -m all names." >&2; \
		exit 1; }

.PHONY: sbom
sbom: ## Write dist/sbom.json, what the kit is built from; CycloneDX
	@mkdir -p dist
	go tool -modfile='$(CURDIR)/tools/sbom/go.mod' cyclonedx-gomod mod -json -std -type library \
		-noserial -notimestamp -output dist/sbom.json .
	go test -C tools/sbom .
	go run -C tools/sbom . '$(CURDIR)' <dist/sbom.json

.PHONY: reproducible
reproducible: ## Build the command twice, in two folders, and compare
	@bash tools/reproducible

.PHONY: fmt
fmt: ## Format the code with gofumpt
	$(tool) gofumpt -w .

.PHONY: fmt-check
fmt-check: ## Fail if gofmt would change a file
	@files=$$(git ls-files -co --exclude-standard -- '*.go' | xargs -r gofmt -l); \
	test -z "$$files" || { echo "not formatted; run 'make fmt':" >&2; echo "$$files" >&2; exit 1; }

.PHONY: tidy
tidy: ## Run go mod tidy in every module
	@for mod in $$($(modules)); do echo "$$mod"; go -C "$$(dirname "$$mod")" mod tidy; done

.PHONY: tidy-check
tidy-check: ## Fail if go mod tidy would change a module
	@for mod in $$($(modules)); do echo "$$mod"; go -C "$$(dirname "$$mod")" mod tidy -diff; done

.PHONY: modules
modules: ## Build and vet every nested module
	@for mod in $$($(modules)); do \
		dir=$$(dirname "$$mod"); \
		if [ "$$dir" = . ]; then continue; fi; \
		list=$$(go -C "$$dir" list ./... 2>/dev/null) || go -C "$$dir" list ./...; \
		if [ -z "$$list" ]; then echo "$$dir: no packages"; continue; fi; \
		echo "$$dir"; \
		go -C "$$dir" build -o /dev/null ./...; \
		go -C "$$dir" vet ./...; \
	done

.PHONY: tools
tools: ## Build the developer tools into the build cache
	@for name in $$(go -C tools list -f '{{.ImportPath}}' tool); do \
		echo "$$name"; $(tool) -n "$$name" >/dev/null; \
	done
	@echo golangci-lint; $(golangci-lint) version >/dev/null

.PHONY: ci
ci: ## Run what decides whether a change lands
	bash .ci/run
