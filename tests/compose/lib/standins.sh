# Stand-ins for the official base images, where none can be pulled: Debian from debootstrap, Rust from the toolchain of this
# machine, nginx from Debian's package. Sourced by tests/compose/run.

have_image() { docker image inspect "$1" >/dev/null 2>&1; }

# base_images: every image that the Dockerfiles and the compose file start from, pulled or stood in for.
base_images() {
    if [ "${COMPOSE_TEST_PULL:-}" = 1 ]; then
        docker pull -q "$debian_image" && docker pull -q "$rust_image" && docker pull -q "$nginx_image"
        return
    fi
    have_image "$debian_image" || standin_debian || return 1
    have_image "$nginx_image" || standin_nginx || return 1
    have_image "$rust_image" || standin_rust
}

# What this machine needs to reach a package mirror is needed inside too.
copy_apt_settings() {
    local root=$1
    mkdir -p "$root/etc/ssl/certs"
    [ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    apt-config dump | grep -E '^Acquire::(http|https|Check|Retries|AllowInsecure)' >"$root/etc/apt/apt.conf.d/90machine" || true
    rm -rf "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*
    printf 'deb %s bookworm main\n' "$mirror" >"$root/etc/apt/sources.list"
}

standin_debian() {
    local archive=$cache/debian-bookworm.tar mirror
    mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian //p' | head -n 1)
    if [ ! -s "$archive" ]; then
        need debootstrap debootstrap || return 1
        rm -rf "$work/rootfs"
        debootstrap --variant=minbase bookworm "$work/rootfs" "$mirror" || return 1
        copy_apt_settings "$work/rootfs"
        rm -rf "$work"/rootfs/var/cache/apt/archives/*.deb "$work"/rootfs/var/lib/apt/lists/*
        mkdir -p "$cache"
        tar -C "$work/rootfs" -cf "$archive.new" . && mv "$archive.new" "$archive"
        rm -rf "$work/rootfs"
    fi
    docker import "$archive" "$debian_image"
    standins+=("$debian_image")
}

standin_nginx() {
    DOCKER_BUILDKIT=0 docker build -q -t "$nginx_image" "$here/standins/nginx" || return 1
    standins+=("$nginx_image")
}

# Times are kept, since Cargo compares them; and nothing is copied where a link will do.
link_or_copy() { cp -al "$1" "$2/" 2>/dev/null || cp -a "$1" "$2/"; }

# The compiler, the downloaded crates and what was compiled of them already come from this machine: compiling all of them once
# more would take the test minutes, and what is tested is the Dockerfile.
standin_rust() {
    local context=$work/rust sysroot cargo_home built
    sysroot=$(cd "$root" && rustc --print sysroot)
    cargo_home=${CARGO_HOME:-$HOME/.cargo}
    built=${CARGO_TARGET_DIR:-$root/target}/debug
    (cd "$root" && cargo fetch --locked -q) || return 1
    rm -rf "$context"
    mkdir -p "$context/toolchain/bin" "$context/registry" "$context/debug"
    cp "$sysroot/bin/cargo" "$sysroot/bin/rustc" "$context/toolchain/bin/"
    link_or_copy "$sysroot/lib" "$context/toolchain"
    link_or_copy "$cargo_home/registry/index" "$context/registry"
    link_or_copy "$cargo_home/registry/cache" "$context/registry"
    if [ -d "$built/.fingerprint" ]; then
        link_or_copy "$built/.fingerprint" "$context/debug"
        link_or_copy "$built/build" "$context/debug"
        link_or_copy "$built/deps" "$context/debug"
        # The crate itself is left out, since it shall be compiled; so are test programs and object files, which are large.
        rm -rf "$context"/debug/.fingerprint/iiif-gate-* "$context"/debug/deps/*iiif_gate-*
        find "$context/debug/deps" -type f ! -name '*.rlib' ! -name '*.rmeta' ! -name '*.so' ! -name '*.d' -delete
        find "$context/debug/build" -type f -path '*/out/*.o' -delete
    fi
    cp "$here/standins/rust/Dockerfile" "$context/"
    DOCKER_BUILDKIT=0 docker build -q --build-arg "CARGO_HOME=$cargo_home" -t "$rust_image" "$context" || return 1
    rm -rf "$context"
    standins+=("$rust_image")
}
