# What people do here. `make help` lists it.

.DEFAULT_GOAL := help
.PHONY: help demo demo-stop demo-reset test nightly fuzz bench instructions link-order images lint deny audit sbom release fmt

# Options of `make demo` reach the script through the environment.
export PORT HTTP_PORT HOST TLS SERVER PROFILE WIDTH ANNOTATOR SECONDS_EACH

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

demo: ## bring up everything with sample images; PORT=8080 HOST=localhost TLS=1 SERVER=iipimage ANNOTATOR=1
	@scripts/demo start

demo-stop: ## stop the demo
	@scripts/demo stop

demo-reset: ## stop the demo and forget its data
	@scripts/demo reset

test: ## every test: clippy, Rust on SQLite and PostgreSQL, nginx, browsers, libFuzzer in short, compose
	@scripts/test

nightly: ## what takes hours: a million targets against nginx, libFuzzer, the release built twice; SECONDS_EACH=600
	@scripts/nightly $(STAGES)

fuzz: ## libFuzzer over every parser; NAME=target SECONDS_EACH=10
	@scripts/fuzz $(or $(NAME),all) $(or $(SECONDS_EACH),10)

bench: ## what a decision costs, as tables and charts in var/bench; QUICK=1 in less than 3 minutes, PUBLISH=1 for docs/performance.md
	@scripts/install-packages bench
	@cargo build --locked --release --example actix_floor
	@cargo build --locked --release --bin iiif-gate # by itself, as it is shipped: crates for tests change others
	@node bench/run.mjs $(if $(QUICK),--quick) $(if $(PUBLISH),--publish) $(SECTIONS)

instructions: ## instructions that a decision takes, beside the table; RELEASE=1 of the release build, UPDATE=1 writes the table
	@scripts/install-packages bench
	@cargo build --locked --bin iiif-gate $(if $(RELEASE),--release,--example instructions)
	@node bench/instructions.mjs --profile $(if $(RELEASE),release,dev) $(if $(UPDATE),--update)

link-order: ## find anew which functions are in use, for the linker to put together (after a new Rust, or new crates)
	@scripts/install-packages bench
	@SYMBOLS=1 cargo build --locked --release --bin iiif-gate
	@node bench/link-order.mjs

images: ## take the pictures of the documentation anew
	@cargo build --locked --bin iiif-gate
	@scripts/install-modules demo demo/annotator tests/browser
	@scripts/install-annotation-store >/dev/null
	@cd tests/browser && UPDATE_IMAGES=1 node --test screenshots.test.mjs annotator.test.mjs

lint: ## formatting, clippy and documentation without a warning
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items --quiet

deny: ## licenses, advisories and duplicates of the crates (installs cargo-deny when missing)
	@scripts/deny

audit: ## known advisories about the crates (installs cargo-audit when missing)
	@scripts/audit

sbom: ## the parts of the program, in CycloneDX
	@mkdir -p target
	@scripts/sbom >target/sbom.cdx.json
	@echo target/sbom.cdx.json

release: ## the program as it is given to others, with its checksum and its parts
	@scripts/release

fmt: ## format the code
	cargo fmt
