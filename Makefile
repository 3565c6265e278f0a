# vitess-operator: plain make builds it, make test proves it, make help lists the rest.
#
# CFLAGS is yours. What the project needs is in the other variables:
#   BUILD     folder of the build (each set of flags has its own)
#   SANITIZE  "address,undefined" for a checked build

CC       ?= cc
BUILD    ?= build/release
SANITIZE ?=
CFLAGS   ?= -O2 -g

PACKAGES := libmicrohttpd jansson yaml-0.1
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wframe-larger-than=32768 -Werror
FLAGS     = -std=c11 -D_GNU_SOURCE -Iinclude $(WARNINGS) $(CFLAGS) \
            $(shell pkg-config --cflags $(PACKAGES)) -MMD -MP
LIBS      = $(shell pkg-config --libs $(PACKAGES)) -lpthread -lm
ifneq ($(SANITIZE),)
FLAGS    += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer -DARENA_DEBUG
LIBS     += -fsanitize=$(SANITIZE)
endif

SOURCES  := $(filter-out lib/cli/main.c,$(wildcard lib/*/*.c hooks/*/*.c))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)

all: $(BUILD)/vitess-operator

$(BUILD)/vitess-operator: $(BUILD)/lib/cli/main.o $(OBJECTS)
	$(CC) -o $@ $^ $(LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -c -o $@ $<

# Each test/unit/check_*.c is a program of its own, linked against the whole tree and run with
# AddressSanitizer and UndefinedBehaviorSanitizer. UNIT="check_yaml check_spec" runs only those.
UNIT_BUILD ?= build/debug
UNIT       ?= $(patsubst test/unit/%.c,%,$(wildcard test/unit/check_*.c))

unit:
	@$(MAKE) --no-print-directory BUILD=$(UNIT_BUILD) SANITIZE=address,undefined UNIT="$(UNIT)" run-unit

run-unit: $(UNIT:%=$(BUILD)/test/unit/%)
	@for test in $^; do $$test || exit 1; done

# An archive, so that a test takes only what it calls for.
$(BUILD)/vitess-operator.a: $(OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/test/unit/%: $(BUILD)/test/unit/%.o $(BUILD)/vitess-operator.a
	$(CC) -o $@ $^ $(LIBS) $(shell pkg-config --libs check)

$(BUILD)/test/unit/%.o: FLAGS += -Itest/unit $(shell pkg-config --cflags check) -Wno-pedantic

clean:
	rm -rf build

.PHONY: all clean unit run-unit
.PRECIOUS: $(BUILD)/%.o
-include $(OBJECTS:.o=.d) $(BUILD)/lib/cli/main.d $(UNIT:%=$(BUILD)/test/unit/%.d)
