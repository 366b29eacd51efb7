# The gate's image: compiled in the official Rust image, with its libraries from Debian, run as a user without rights.
# Nothing here needs BuildKit, so that Debian's docker.io and docker-compose 1.29 build it too.

FROM rust:1.95-bookworm AS build
# `release` for everybody; the compose test takes `dev`, which compiles in a fraction of the time.
ARG CARGO_PROFILE=release
WORKDIR /build
# For the list of parts.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends jq \
 && rm -rf /var/lib/apt/lists/*

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
 && cargo install --path . --locked --profile "$CARGO_PROFILE" --root /out --no-track \
 && scripts/sbom > /out/iiif-gate.cdx.json

# What the program needs to run, and nothing else: no shell, no package manager.
FROM debian:bookworm-slim AS files
# The gate speaks TLS by Debian's OpenSSL, to PostgreSQL and to other servers. It needs to know whom to trust.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates jq libssl3 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/bin/iiif-gate /files/usr/local/bin/iiif-gate
COPY --from=build /out/iiif-gate.cdx.json /
# The user's number is fixed: a folder that is mounted on /data can be given to it from outside (chown 9780:9780).
RUN cd /files && mkdir etc \
 && ldd usr/local/bin/iiif-gate | grep -o '/[^ ]*' | xargs cp -L --parents --target-directory=. \
 && tar -cP /etc/nsswitch.conf /etc/ssl/certs /etc/ssl/openssl.cnf /usr/lib/ssl/certs /usr/lib/ssl/openssl.cnf \
      /usr/share/ca-certificates | tar -x \
 && echo 'iiif-gate:x:9780:9780::/data:/usr/sbin/nologin' > etc/passwd \
 && echo 'iiif-gate:x:9780:' > etc/group \
 && install -d -m 0700 /folders/data && install -d -m 1777 /folders/tmp
# All parts of the image, where scanners look: the crates in the program, and Debian's packages beside it.
RUN cd /files && mkdir -p usr/local/share/sbom \
 && ldd usr/local/bin/iiif-gate | grep -o '/[^ ]*' | sed 's|.*/|*/|' | xargs dpkg -S | sed 's/: .*//' \
  | xargs dpkg-query -W -f '${Package} ${Version} ${Architecture}\n' ca-certificates openssl | sort -u \
  | jq -Rn --slurpfile program /iiif-gate.cdx.json '$program[0] | .components += [inputs | split(" ") \
      | ("pkg:deb/debian/" + .[0] + "@" + (.[1] | @uri) + "?arch=" + .[2] + "&distro=bookworm") as $purl \
      | { type: "library", "bom-ref": $purl, name: .[0], version: .[1], purl: $purl }]' \
      > usr/local/share/sbom/iiif-gate.cdx.json

FROM scratch
LABEL org.opencontainers.image.title="iiif-gate" \
      org.opencontainers.image.description="Access control for IIIF image servers behind nginx" \
      org.opencontainers.image.licenses="MIT"
COPY --from=files /files /
COPY --from=files --chown=9780:9780 /folders /

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
