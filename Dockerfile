# The gate's image: compiled in the official Rust image, run from a small Debian as a user without rights.
# Nothing here needs BuildKit, so that Debian's docker.io and docker-compose 1.29 build it too.

FROM rust:1.95-bookworm AS build
# `release` for everybody; the compose test takes `dev`, which compiles in a fraction of the time.
ARG CARGO_PROFILE=release
WORKDIR /build

# The dependencies first, with an empty crate of the same name: this layer, which takes nearly all of the time,
# is kept until Cargo.toml or Cargo.lock change.
COPY Cargo.toml Cargo.lock ./
RUN mkdir src \
 && printf '//! Empty.\nfn main() {}\n' > src/main.rs \
 && echo '//! Empty.' > src/lib.rs \
 && cargo build --locked --profile "$CARGO_PROFILE" \
 && rm -r src

COPY . .
# Cargo goes by the time of change, and the files of a checkout may be older than the empty crate.
RUN touch src/main.rs src/lib.rs \
 && cargo install --path . --locked --profile "$CARGO_PROFILE" --root /out --no-track

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="iiif-gate" \
      org.opencontainers.image.description="Access control for IIIF image servers behind nginx" \
      org.opencontainers.image.licenses="MIT"

# The PostgreSQL client inside the gate speaks TLS by Debian's OpenSSL, which needs to know whom to trust.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates libssl3 \
 && rm -rf /var/lib/apt/lists/*

# The user's number is fixed: a folder that is mounted on /data can be given to it from outside (chown 9780:9780).
RUN groupadd --gid 9780 iiif-gate \
 && useradd --uid 9780 --gid 9780 --home-dir /data --no-create-home --shell /usr/sbin/nologin iiif-gate \
 && install -d -o iiif-gate -g iiif-gate -m 0700 /data
COPY --from=build /out/bin/iiif-gate /usr/local/bin/iiif-gate

# LISTEN is the door for nginx. The health listener stays on loopback, which only the container itself reaches.
ENV DATA_DIR=/data \
    LISTEN=0.0.0.0:9780 \
    LISTEN_HEALTH=127.0.0.1:9781
# The default database, sqlite:///data/iiif-gate.db, is then a file of the volume whether read as relative or absolute.
WORKDIR /
USER iiif-gate
VOLUME /data
EXPOSE 9780
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=3 CMD ["iiif-gate", "healthcheck"]
ENTRYPOINT ["iiif-gate"]
CMD ["serve"]
