# The commands of the house. Whatever takes more than a line is in scripts/.

# The program needs no C compiler, and neither does anything here but the race detector, which asks for one itself.
export CGO_ENABLED := 0
# GOEXPERIMENT=jsonv2 would turn our JSON package into an alias of another one, with other rules.
unexport GOEXPERIMENT

FUZZTIME ?= 60s

.DEFAULT_GOAL := help
.PHONY: help run test check bench fuzz golden

help: ## Say what can be made here
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start the demo blog on http://localhost:8080
	go run ./cmd/dimmer serve --demo

test: ## Run everything, exactly as CI does; install what the tests need
	@bash scripts/test.sh

check: ## Run the fast half: format, vet, linters, Go tests; install nothing
	@bash scripts/check.sh

bench: ## Measure everything beside bare gin, into docs/performance.md; takes about half an hour
	@bash scripts/bench.sh

fuzz: ## Run each fuzz target for FUZZTIME (60s)
	@bash scripts/fuzz.sh $(FUZZTIME)

golden: ## Rewrite the golden answers; read the diff before you commit it
	@bash scripts/golden.sh
