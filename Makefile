# procmap. `make` alone lists the goals. Tools come in two stages: the host's npm, whatever its version, fetches Node and npm (.toolchain/), and
# these fetch everything else, since under an old Node npm silently leaves out native parts.
SHELL = /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

NODE_ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,x64,$(shell uname -m)))
TOOLS := $(CURDIR)/.toolchain/node_modules
NODE_BIN := $(TOOLS)/node-linux-$(NODE_ARCH)/bin

# Uid of the checkout's owner if root runs make in another user's checkout, as by sudo; otherwise empty.
SYSTEM_PATH := /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
OWNER := $(if $(filter 0,$(shell PATH=$(SYSTEM_PATH) id -u)),$(filter-out 0,$(shell PATH=$(SYSTEM_PATH) stat -c %u .)))
export HOST_PATH := $(PATH)
ifneq ($(OWNER),)
# Root must not run programs of packages, one of which could be called `sh`.
export PATH := $(SYSTEM_PATH)
else
export PATH := $(NODE_BIN):$(TOOLS)/.bin:$(CURDIR)/node_modules/.bin:$(PATH)
endif
# The host's settings for npm and Node must not change what is built.
unexport NODE_OPTIONS
export NPM_CONFIG_ENGINE_STRICT := false
export NPM_CONFIG_UPDATE_NOTIFIER := false

TOOLCHAIN := .toolchain/node_modules/.package-lock.json
MODULES := node_modules/.package-lock.json
SERVER := server/dist/main.js
PAGE := web/dist/index.html
# Source files in these folders, without tests.
sources = $(shell find $(1) -type f ! -name '*.test.ts' 2>/dev/null)
LOCKED := package-lock.json package.json server/package.json shared/package.json web/package.json e2e/package.json .npmrc

say = @echo "procmap: $(1)"

AS_OWNER := sh .toolchain/checkout/as-owner.sh

.PHONY: help
help:
	@echo "make run        build what is missing, start the daemon, print the link (ARGS=... for procmap serve)"
	@echo "                as root it loads the kernel module first, if it can (LKM=no: skip it; LKM=install: install the kernel's headers first, by apt)"
	@echo "make build      build the daemon and the page"
	@echo "make install    install it with its own Node below PREFIX (/usr/local; DESTDIR=...); make uninstall removes it"
	@echo "make deb        make a Debian package of it"
	@echo "make test       lint, types, units, API, terminal, the page's main paths: about ten minutes"
	@echo "make test-all   the rest too: real kernels, load, fuzzing, installation, the whole page (make test-rest: only these)"
	@echo "make lint types unit api terminal load guest browser"
	@echo "                one part alone, complete; TEST=... picks tests (make unit TEST=codec)"
	@echo "make test-kernel GUEST=amd64-6.1"
	@echo "                the guest tests of one kernel alone; 'GUEST=?' lists them. What they download stays in ~/.cache/procmap"
	@echo "make lkm        build the kernel module for the running kernel (KDIR=... ARCH=... CROSS_COMPILE=...)"
	@echo "make unload     unload the kernel module"
	@echo "make fuzz       fuzz everything that parses foreign text, for ten minutes (ARGS=--seconds=3600)"
	@echo "make soak       an hour of every use of a daemon; memory and open files must not grow (ARGS=--minutes=5)"
	@echo "make hang       ten minutes beside a process that hangs in every way; measures how long others wait (ARGS=--minutes=1)"
	@echo "make bench      measure against bare reads, cat, pmap (prints, asserts nothing)"
	@echo "make screenshots   retake the pictures of README.md"
	@echo "make watch      rebuild on every change; make run in another terminal"
	@echo "make format     format all files"
	@echo "make clean      remove what was built;  make distclean  also what was fetched"

# Checked before anything is fetched: nobody else may be able to change what root runs (ARGS=--unsafe-path overrides). In another user's checkout
# root runs scripts for every goal.
ROOT_RUNS := $(filter $(if $(OWNER),%,run install),$(MAKECMDGOALS))
.PHONY: trusted
trusted:
	@sh .toolchain/checkout/trusted.sh '$(or $(firstword $(ROOT_RUNS)),build)' $(if $(filter --unsafe-path,$(ARGS)),insist)

ifneq ($(OWNER),)
# A make of the owner does everything that writes into the checkout. Only root can install Debian packages.
HIS := $(sort build $(filter-out help run unload install uninstall test-packages quick-test-packages trusted,$(MAKECMDGOALS)))
.PHONY: $(HIS)
$(HIS): trusted
	@$(AS_OWNER) env PATH="$$HOST_PATH" $(MAKE) --no-print-directory $@
$(filter test-% unit api terminal load soak hang guest browser bench screenshots,$(HIS)): test-packages
$(filter test,$(HIS)): quick-test-packages

else
# Files that root has left here would block the owner.
.PHONY: leftovers
leftovers:
	@sh .toolchain/checkout/leftovers.sh

$(TOOLCHAIN): .toolchain/package.json .toolchain/package-lock.json .toolchain/.npmrc | leftovers $(if $(ROOT_RUNS),trusted)
	@test -n "$(filter x64 arm64,$(NODE_ARCH))" || { echo "procmap: no Node is packaged for $(NODE_ARCH); procmap builds on x86_64 and aarch64" >&2; exit 1; }
	@sh .toolchain/checkout/fetch.sh toolchain
	@node --version | grep -q '^v24\.' || { echo "procmap: $$(command -v node) is $$(node --version), not Node 24; run 'make distclean' and try again" >&2; exit 1; }
	@touch $@

$(MODULES): $(TOOLCHAIN) $(LOCKED) | leftovers
	@sh .toolchain/checkout/fetch.sh packages
	@node -e "import('rolldown')" 2>/dev/null || { echo "procmap: rolldown's native part does not load; run 'make distclean' and try again" >&2; exit 1; }
	@touch $@

$(SERVER): $(MODULES) server/rolldown.config.ts $(call sources,server/src shared/src)
	$(call say,building the daemon...)
	@npm run --silent build --workspace server >/dev/null
	@touch $@

$(PAGE): $(MODULES) $(wildcard web/*.ts) web/index.html $(call sources,web/src shared/src)
	$(call say,building the page...)
	@npm run --silent build --workspace web
	@touch $@

.PHONY: build watch
build: $(SERVER) $(PAGE)

.PHONY: lkm
lkm: leftovers
	@$(MAKE) --no-print-directory -C lkm

watch: $(MODULES)
	@npm run --silent watch --workspace server & npm run --silent watch --workspace web & wait

.PHONY: test test-all test-rest lint types unit fuzz api terminal load soak hang guest test-kernel browser format bench
# Root installs Debian packages while other checks run (e2e/run/parts.ts); other users see first which are missing.
test: build $(if $(filter 0,$(shell id -u)),,quick-test-packages)
	@node e2e/run/main.ts quick

test-all test-rest: build test-packages
	@node e2e/run/main.ts $(@:test-%=%)

lint types format: $(MODULES)
	@npm run --silent $@

unit: build test-packages
	@npm run --silent unit -- $(TEST)

api terminal load guest browser: build test-packages
	@npm run --silent $@ -- $(TEST)

test-kernel: build test-packages
	@GUEST='$(GUEST)' npm run --silent guest -- $(TEST)

fuzz: $(MODULES)
	@npm run --silent fuzz -- $(ARGS)

soak: build test-packages
	@node e2e/load/soak-main.ts $(ARGS)

hang: build test-packages
	@node e2e/load/hang-main.ts $(ARGS)

bench: build test-packages
	@node e2e/bench/main.ts $(ARGS)

.PHONY: deb
deb: build
	@sh systemd/deb.sh

.PHONY: screenshots
screenshots: build test-packages
	@node e2e/screenshots.ts

.PHONY: clean distclean
clean: leftovers
	@rm -rf server/dist web/dist coverage e2e/test-results e2e/playwright-report
	@$(MAKE) --silent -C e2e/fixtures clean
	@rm -rf lkm/.build
	@find lkm -name '*.o' -delete -o -name '*.ko' -delete -o -name '*.mod' -delete -o -name '*.mod.c' -delete -o -name '*.cmd' -delete -o -name Module.symvers -delete -o -name modules.order -delete

distclean: clean
	@rm -rf node_modules .toolchain/node_modules .cache

endif

# Root runs these itself; they write nothing into the checkout.
.PHONY: run unload install uninstall test-packages quick-test-packages
ifneq ($(OWNER),)
run unload install uninstall test-packages quick-test-packages: trusted
endif
run: build
	@LKM='$(LKM)' PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh lkm/load.sh
	@exec node_modules/.bin/procmap serve $(ARGS)

unload:
	@sh lkm/load.sh unload

install: build
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' sh systemd/install.sh install

uninstall:
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' sh systemd/install.sh uninstall

test-packages:
	@sh e2e/test-packages.sh

quick-test-packages:
	@sh e2e/test-packages.sh quick
