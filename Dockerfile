# The operator as a container: one program and the libraries that it is linked with. It needs no
# shell, no right, no writable file and no user of this system.
#
#   make image              knows version and revision; BASE=local where no registry answers
#   docker build .          works as well

ARG BASE=debian:bookworm-slim

FROM $BASE AS build
# DEBIAN of the Makefile, which says what is missing here. Not read from there, so that an edit of
# the Makefile downloads nothing.
RUN apt-get update -qq && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        gcc make pkg-config libmicrohttpd-dev libgnutls28-dev libjansson-dev \
        libyaml-dev >/dev/null
WORKDIR /src
COPY Makefile ./
COPY include include
COPY lib lib
COPY hooks hooks
ARG CFLAGS="-O2 -g"
RUN make -j"$(nproc)" CFLAGS="$CFLAGS"

# A label that lies about the program is worse than none.
ARG VERSION=0.1.0
RUN build/release/vitess-operator version -o json | grep -F "\"version\": \"$VERSION\"" || \
    { echo "VERSION=$VERSION is not what include/hook.h says" >&2; exit 1; }

FROM $BASE
RUN apt-get update -qq && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        libmicrohttpd12 libgnutls30 libjansson4 libyaml-0-2 >/dev/null && \
    apt-get clean && \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old \
        /var/cache/ldconfig/aux-cache /var/log/apt /var/log/dpkg.log /var/log/alternatives.log
COPY LICENSE /usr/share/doc/vitess-operator/LICENSE
COPY --from=build /src/build/release/vitess-operator /usr/local/bin/vitess-operator

ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="vitess-operator" \
      org.opencontainers.image.description="Vitess on Kubernetes, as hooks of Metacontroller" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="The vitess-operator authors"

# A number, so that Kubernetes can see with runAsNonRoot that it is not root.
USER 65532:65532
EXPOSE 8080 8081
# The running requests end first, 20 seconds at most (--drain-timeout).
STOPSIGNAL SIGTERM
ENTRYPOINT ["vitess-operator"]
CMD ["serve"]
