# What a person types. Everything sets itself up on Debian 12 (Rust, make and a C compiler given):
# missing packages are installed, through sudo only where make does not run as root, and never with a
# question. Elsewhere the packages are named and left to you.

CARGO ?= cargo
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo -n)

.PHONY: demo test lint bench fuzz-short captures install-build-needs install-test-needs install-bench-needs help

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 14

demo: install-build-needs ## Build, and analyse captures/horror-story.pcap
	$(CARGO) build --release --locked
	target/release/resp-sniff analyze --fail-on never captures/horror-story.pcap

test: install-build-needs install-test-needs ## Run every test
	$(CARGO) test --locked

lint: install-build-needs ## Format, clippy and documentation, warnings as errors
	$(CARGO) fmt --check
	$(CARGO) fmt --check --manifest-path fuzz/Cargo.toml
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(CARGO) clippy --locked --all-targets --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps --document-private-items

bench: install-build-needs install-bench-needs ## Measure, layer by layer, and beside tcpflow, tshark and libtins
	@mkdir -p target
	@g++ -O2 benches/stream_follower.cpp -ltins -o target/stream_follower || echo "measured without libtins"
	$(CARGO) bench --locked

fuzz-short: ## Every fuzz target for FUZZ_SECONDS (10) seconds; needs a C++ compiler
	fuzz/run all $(or $(FUZZ_SECONDS),10)

captures: ## Make captures/ again (root; captures/make.py says what it needs)
	$(SUDO) captures/make.py

# command:package, or file:package; the first that is missing makes us install what is missing.
install-build-needs:
	@$(call install,/usr/include/pcap.h:libpcap-dev)

install-test-needs:
	@$(call install,redis-server:redis-server redis-benchmark:redis-tools tcpdump:tcpdump ip:iproute2 ethtool:ethtool openssl:openssl /usr/include/hiredis/hiredis.h:libhiredis-dev)

# What stands beside us in `make bench`; where one is missing, the others are measured all the same.
install-bench-needs:
	@( $(call install,g++:g++ /usr/include/tins/tins.h:libtins-dev tcpflow:tcpflow tshark:tshark) ) || echo "measured without them"

define install
	missing=""; \
	for need in $(1); do \
	  what=$${need%%:*}; \
	  [ -e "$$what" ] || PATH="$$PATH:/usr/sbin:/sbin" command -v "$$what" >/dev/null || missing="$$missing $${need#*:}"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	command -v apt-get >/dev/null || { echo "please install (names as in Debian):$$missing"; exit 1; }; \
	echo "installing$$missing"; \
	export DEBIAN_FRONTEND=noninteractive; \
	{ $(SUDO) apt-get update -q && $(SUDO) apt-get install -q -y --no-install-recommends $$missing; } </dev/null >/dev/null \
	|| { echo "could not install$$missing: run 'apt-get install$$missing' as root, then make again"; exit 1; }
endef
