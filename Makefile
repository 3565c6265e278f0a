# vitess-operator: plain `make` builds it, `make test` proves it, `make help` lists the rest.
#
# CFLAGS and CC are yours. What the project needs is in the other variables:
#   BUILD     folder of a build; each set of flags has its own
#   SANITIZE  "address,undefined" for a checked build
#   V         1 shows whole commands

CC       ?= cc
BUILD    ?= build/release
SANITIZE ?=
CFLAGS   ?= -O2 -g
V        ?= 0

PACKAGES := libmicrohttpd gnutls jansson yaml-0.1
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wframe-larger-than=32768 -Werror
# What this compiler takes for the machine that it compiles for: CET of x86, PAC and BTI of arm64.
# Asked once, and only where something is compiled. test/lint/elf.sh reads what became of it.
takes     = $(shell $(CC) $(CFLAGS) -Werror $(1) -x c -c -o /dev/null /dev/null 2>/dev/null && echo "$(1)")
HARDEN    = $(eval HARDEN := -fstack-protector-strong -fPIE $(call takes,-fstack-clash-protection) \
            $(call takes,-fcf-protection=full) $(call takes,-mbranch-protection=standard))$(HARDEN)
# A shadow stack asks nothing of the start files of the C library, which in Debian 12 have no note of
# it. IBT does (a landing pad at _start), so whether the program has that is theirs to say.
SHADOW    = $(if $(findstring cf-protection,$(HARDEN)),-Wl$(COMMA)-z$(COMMA)shstk)
COMMA    := ,
# Level 3 knows the size of what malloc has given as well; glibc warns of it where a compiler does not.
# Without optimization there is none. Whoever sets it in CFLAGS has it so.
FORTIFY   = $(eval FORTIFY := $(if $(findstring _FORTIFY_SOURCE,$(CFLAGS)),,$(if \
            $(filter-out -O0,$(filter -O%,$(CFLAGS))),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(if \
            $(call takes,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -include stdlib.h),3,2))))$(FORTIFY)
# "staging.h" is a contract of include/, "sim/store/kinds.h" a private header by its path from lib/.
QUOTED   := -iquote include -iquote lib
# The same commit gives the same program in whatever folder: debug information holds no path of it.
# gcc takes the folder's name from PWD, which may lead through a symbolic link.
HERE     := -ffile-prefix-map=$(CURDIR)=.
export PWD := $(CURDIR)
FLAGS     = -std=c11 -D_GNU_SOURCE $(QUOTED) $(WARNINGS) $(HARDEN) $(HERE) $(CFLAGS) $(MORE) \
            $(shell pkg-config --cflags $(PACKAGES)) -MMD -MP
LIBS      = -pie -Wl,-z,relro,-z,now $(SHADOW) $(shell pkg-config --libs $(PACKAGES)) -lpthread -lm
ifneq ($(SANITIZE),)
FLAGS    += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer -DARENA_DEBUG
LIBS     += -fsanitize=$(SANITIZE)
else
FLAGS    += $(FORTIFY)
endif
ifeq ($(V),0)
Q := @
endif

SOURCES  := $(filter-out lib/cli/main.c,$(sort $(shell find lib hooks -name '[!.]*.c')))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
PROGRAM  := $(BUILD)/vitess-operator

all: $(PROGRAM) ## build/release/vitess-operator

$(PROGRAM): $(BUILD)/lib/cli/main.o $(OBJECTS)
	@echo "  LD  $@"
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

# Other flags, other objects.
$(BUILD)/%.o: %.c Makefile | packages
	@mkdir -p $(@D)
	@echo "  CC  $<"
	$(Q)$(CC) $(FLAGS) -c -o $@ $<

# --- what has to be installed ---

DEBIAN := gcc make pkg-config libmicrohttpd-dev libgnutls28-dev libjansson-dev libyaml-dev
DEBIAN_TEST := check clang clang-format clang-tidy libclang-rt-14-dev libsubunit-dev curl jq \
               prometheus openssl nodejs wrk valgrind gcovr python3 shellcheck debootstrap \
               iproute2 libseccomp-dev nftables fish mandoc dpkg-dev lintian python3-yaml

deps: ## install the Debian packages that build and tests need
	@missing=$$(for name in $(DEBIAN) $(DEBIAN_TEST); do \
	    dpkg-query -W -f='$${Status}' $$name 2>/dev/null | grep -q 'ok installed' || echo $$name; \
	done); \
	[ -z "$$missing" ] && { echo "every package is there"; exit 0; }; \
	echo installing $$missing; \
	$(if $(filter 0,$(shell id -u)),,sudo) apt-get update -qq && \
	$(if $(filter 0,$(shell id -u)),,sudo) env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $$missing >/dev/null

# Says which library is missing and how to get it, before a compiler does in its own words.
packages:
	@command -v pkg-config >/dev/null || \
	    { echo "pkg-config is missing: make deps (Debian), or install it" >&2; exit 1; }
	@for name in $(PACKAGES) $(NEEDS); do pkg-config --exists $$name || { \
	    echo "$$name is missing: make deps (Debian), or install its development files" >&2; exit 1; }; \
	done

# --- tests ---

# With AddressSanitizer and UndefinedBehaviorSanitizer. TEST="check_yaml check_spec" runs only those.
DEBUG := build/debug
TEST  ?= $(patsubst test/%.c,%,$(sort $(wildcard test/unit/check_*.c)))
CHECKED = $(MAKE) --no-print-directory BUILD=$(DEBUG) SANITIZE=address,undefined CFLAGS="-O1 -g" NEEDS=check

test: ## everything that proves it, at most 5 minutes
	@test/run

unit: ## unit tests of each lib file; those with many cases once more as released, with all of them
	+@$(CHECKED) TEST="$(TEST)" run-tests
	+@$(MAKE) --no-print-directory NEEDS=check TEST="$(filter unit/check_corruption,$(TEST))" run-tests

SIM_TESTS = $(patsubst test/%.c,%,$(wildcard test/sim/check_*.c))

test-sim: ## edit histories with faults, audited: all as released, a sample with sanitizers
	+@$(MAKE) --no-print-directory NEEDS=check TEST="$(SIM_TESTS)" run-tests
	+@$(CHECKED) TEST="$(SIM_TESTS)" run-tests

run-tests: $(TEST:%=$(BUILD)/test/%)
	@printf "%s\n" $^ | xargs -P 2 -r -n 1 test/quietly

# SEEDS=1-100 for more random histories.
same: all ## does OLD=/path/to/another/build answer every request as this one does, to the byte?
	+@$(MAKE) --no-print-directory NEEDS=check $(BUILD)/test/sim/check_histories $(BUILD)/test/sim/check_chaos
	@test/same.sh "$(OLD)" $(PROGRAM)

golden: all ## requests and answers that people have read
	@test/golden/run.sh $(PROGRAM)

flags-update: ## lib/vitess/known_flags.c from the sources of Vitess (Go, minutes); read the difference
	@test/flags/known.sh

golden-update: all ## record them anew; read the difference
	@test/golden/run.sh $(PROGRAM) --update

test-http: ## the server from outside
	+@$(CHECKED) $(DEBUG)/vitess-operator
	@test/http/run $(DEBUG)/vitess-operator

test-cli: ## each command from outside
	+@$(CHECKED) $(DEBUG)/vitess-operator
	@test/cli/run.sh $(DEBUG)/vitess-operator

test-manifests: all ## manifests/ is what the program prints, and fits the last release
	@test/manifests/run.sh $(PROGRAM)

test-docs: all ## each block of the README, each example
	@test/docs/run.sh $(PROGRAM)

# E2E="-run Reshard" runs only those.
e2e: all ## in a real control plane (Go builds it once); METACONTROLLER=/path for whole lives of clusters
	@test/e2e/run.sh $(PROGRAM) $(E2E)

# RELEASE=/folder that `make release` has made.
e2e-release: all ## a release, installed there as its README says; needs Docker Engine
	@BASE="$(BASE)" test/e2e/release.sh $(PROGRAM)

SCALE ?= 1 10

# METACONTROLLER_FLAGS="--client-go-qps=50" or default; PATIENCE=30m for one size. 1000 takes its time.
scale: all ## what clusters of SCALE="1 10" shards cost there: time, calls, writes, memory; needs Metacontroller
	@test/e2e/scale.sh $(PROGRAM) $(SCALE)

cluster: all ## a control plane to play with, left running; REAL=1: nodes and Vitess too, nothing modelled
	@$(if $(REAL),test/real,test/e2e)/cluster.sh up $(PROGRAM)

cluster-down: ## end it
	@$(if $(REAL)$(wildcard build/real/run),test/real,test/e2e)/cluster.sh down

sql: ## a mysql prompt through the vtgate of a cluster REAL=1
	@test/real/cluster.sh sql

# REAL=/folder holds what it builds and runs. CASES="'image update'" does only that.
real: all ## real Vitess on real nodes under load, as root; needs Metacontroller, builds the rest once
	@test/real/run.sh $(PROGRAM) $(CASES)

test-clang: ## the same warnings from clang
	@printf '%s\n' $(SOURCES) lib/cli/main.c | xargs -P 2 -n 8 \
	    clang -fsyntax-only $(filter-out -MMD -MP $(HARDEN),$(FLAGS)) -O1

# An archive, so that a test takes only what it calls for.
$(BUILD)/vitess-operator.a: $(OBJECTS)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/test/%: $(BUILD)/test/%.o $(BUILD)/vitess-operator.a
	@echo "  LD  $@"
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS) $(shell pkg-config --libs check)

TEST_FLAGS = -Itest/unit $(shell pkg-config --cflags check) -Wno-pedantic
$(BUILD)/test/%.o: MORE = $(TEST_FLAGS)

# --- quality ---

lint: all ## format, includes, purity, hardening, shell scripts, clang-tidy
	@test/lint/run $(BUILD)

format: ## put every file in form
	@clang-format-14 -i $(shell git ls-files '*.c' '*.h')

# What make itself runs for each file, as clangd and its like read it.
UNITS   = $(SOURCES) lib/cli/main.c $(wildcard test/unit/*.c test/sim/*.c)
command = {"directory": "$(CURDIR)", "file": "$(1)", "command": "$(CC) $(EACH) $(if \
          $(filter test/%,$(1)),$(TEST_FLAGS)) -c $(1)"}

compile_commands.json: Makefile $(UNITS) ## how each file is compiled, for clangd and editors
	$(eval EACH := $(filter-out -MMD -MP,$(FLAGS)))
	$(file >$@,[)
	$(foreach unit,$(UNITS),$(file >>$@,$(call command,$(unit))$(if $(filter $(lastword $(UNITS)),$(unit)),,$(COMMA))))
	$(file >>$@,])

coverage: ## build/coverage/index.html
	@test/coverage.sh

fuzz: ## FUZZ_SECONDS (60) on each fuzz target, seeded from the tests
	@test/fuzz/run.sh

# BODIES="shard-rest-31 'cluster-*'" measures only those, OLD=/path/to/another/build that beside it.
bench: all ## what hook calls cost, beside servers in Node and Go that only parse and print
	+@$(MAKE) --no-print-directory NEEDS=check $(BUILD)/test/bench/fixed
	@test/bench/run.py $(PROGRAM) $(BUILD)/test/bench/fixed $(BODIES)

bench-check: all ## no hook call takes over 5 % more instructions than test/bench/baseline.json says
	@test/bench/check.py $(PROGRAM) $(BODIES)

bench-baseline: all ## count them anew; read the difference
	@test/bench/check.py $(PROGRAM) --update $(BODIES)

# --- installed on a machine ---

PREFIX  ?= /usr/local
DESTDIR ?=
STAGE   := $(BUILD)/stage
TARGET   = $(DESTDIR)$(PREFIX)

stage: all
	@test/package/stage.sh $(PROGRAM) $(STAGE)

install: stage ## program, kubectl plugin, man pages, completions; PREFIX=/usr/local, DESTDIR for packages
	@cd $(STAGE) && find . -type f -printf '%m %P\n' | while read -r mode file; do \
	    install -D -m "$$mode" "$$file" "$(TARGET)/$$file" || exit; done

uninstall: stage ## remove what `make install` has put there
	@cd $(STAGE) && find . -type f -printf '%P\n' | while read -r file; do rm -f "$(TARGET)/$$file"; done
	@rm -rf "$(TARGET)/share/doc/vitess-operator"

deb: all ## a Debian package in build/deb
	@VERSION="$(VERSION)" test/package/deb.sh $(PROGRAM) build/deb

test-package: all ## what install, uninstall and deb make, from outside; in a base system with Docker Engine
	@test/package/helm.sh $(PROGRAM)
	@BASE="$(BASE)" test/package/run.sh $(PROGRAM)

# --- the container image ---

VERSION := $(shell sed -n 's/^.define OPERATOR_VERSION "\(.*\)"/\1/p' include/hook.h)
IMAGE   ?= vitess-operator:$(VERSION)
BASE    ?= debian:bookworm-slim

image: ## the container image IMAGE; where no registry answers: BASE=local
	@IMAGE="$(IMAGE)" VERSION="$(VERSION)" BASE="$(BASE)" test/image/build.sh

# Where the image is going to be pulled from.
REPOSITORY ?= $(firstword $(subst :$(VERSION), ,$(IMAGE)))
DIST       := build/dist/vitess-operator-$(VERSION)

committed:
	@test/package/repository.sh "$(REPOSITORY)"
	@[ -z "$$(git status --porcelain)" ] || \
	    { echo "a release is of a commit: git status names what is not in it" >&2; exit 1; }

release: committed deb image ## image, manifests by its digest, chart, SBOM, package and sums in build/dist; REPOSITORY=NAME
	@IMAGE="$(IMAGE)" REPOSITORY="$(REPOSITORY)" VERSION="$(VERSION)" test/package/release.sh \
	    $(PROGRAM) build/deb/vitess-operator_$(VERSION)-1_*.deb $(DIST)

test-image: ## the container image and a release of it from outside; needs Docker Engine
	@BASE="$(BASE)" test/image/run.sh

# --- users ---

manifests: all ## write manifests/ anew; read the difference
	@mkdir -p manifests
	@{ echo '# Made by `make manifests`; do not edit.'; $(PROGRAM) install; } >manifests/vitess-operator.yaml
	@{ echo '# Made by `make manifests`; do not edit.'; $(PROGRAM) install --api v2; } >manifests/planetscale-v2.yaml
	@$(PROGRAM) install --kustomize manifests
	@{ echo '# Made by `make manifests`; do not edit.'; $(PROGRAM) controllers --api both --role; } >manifests/metacontroller-role.yaml
	@test/conformance/table.py $(PROGRAM) >examples/planetscale-v2-conformance.md

demo: all ## starts the real server and drives examples/my-vitess.yaml to Ready and through an update
	@test/demo.sh $(PROGRAM)

help: ## this list
	@sed -n 's/^\([a-z0-9_.-]*\):.*## \(.*\)/\1\t\2/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do \
	    printf '  make %-14s %s\n' "$$name" "$$text"; done

clean: ## remove build/
	rm -rf build

.PHONY: all deps packages test unit test-sim run-tests same golden golden-update flags-update test-http test-cli \
        test-manifests test-docs manifests e2e e2e-release scale cluster cluster-down sql real test-clang lint format coverage fuzz bench bench-check bench-baseline stage install uninstall deb test-package image committed release test-image demo help clean
.PRECIOUS: $(BUILD)/%.o
-include $(OBJECTS:.o=.d) $(BUILD)/lib/cli/main.d $(TEST:%=$(BUILD)/test/%.d)
