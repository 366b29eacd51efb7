# Docker itself: the packages, a daemon, and both kinds of compose. Sourced by tests/compose/run.

# need COMMAND PACKAGE...: installs Debian packages if the command is missing.
need() {
    local command=$1
    shift
    command -v "$command" >/dev/null && return 0
    if [ ! -e "$work/apt-updated" ]; then
        apt-get update -qq >>"$work/apt.log" 2>&1 || true
        touch "$work/apt-updated"
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >>"$work/apt.log" 2>&1 &&
        command -v "$command" >/dev/null
}

# A daemon that already runs is used as it is; otherwise one of our own is started, with its own socket and its own store,
# so that nothing of it is left and no image of anybody is touched.
start_daemon() {
    if docker info >/dev/null 2>&1; then
        say "using the Docker daemon that runs already"
        return 0
    fi
    # An image built here downloads packages: its network must not believe in larger packets than the machine's own.
    local mtu device
    device=$(ip -o route show default 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
    mtu=$(cat "/sys/class/net/${device:-lo}/mtu" 2>/dev/null || echo 1500)
    [ "$mtu" -le 1500 ] || mtu=1500

    export DOCKER_HOST=unix://$work/docker.sock
    forward=$(iptables -S FORWARD 2>/dev/null | sed -n 's/^-P FORWARD //p')
    local storage
    for storage in overlay2 fuse-overlayfs vfs; do
        dockerd --host "$DOCKER_HOST" --data-root "$work/docker" --exec-root "$work/exec" --pidfile "$work/dockerd.pid" \
            --storage-driver "$storage" --mtu "$mtu" >"$work/dockerd.log" 2>&1 &
        daemon=$!
        if until_deadline 30 daemon_answers_or_died && docker info >/dev/null 2>&1; then
            say "started dockerd $(docker version --format '{{.Server.Version}}') with $storage"
            return 0
        fi
        stop_daemon
    done
    tail -n 15 "$work/dockerd.log" >&2
    return 1
}

daemon_answers_or_died() { docker info || ! kill -0 "$daemon"; }

stop_daemon() {
    [ -n "${daemon:-}" ] || return 0
    kill "$daemon" 2>/dev/null || true
    wait "$daemon" 2>/dev/null || true
    daemon=
    # What a daemon leaves behind on the machine: its bridge, its firewall rules, and forwarding closed for everybody else.
    ip link delete docker0 2>/dev/null || true
    local table
    for table in nat filter; do
        iptables -t "$table" -S 2>/dev/null | sed -n '/DOCKER\|docker0/s/^-A //p' | xargs -r -L 1 iptables -t "$table" -D
        iptables -t "$table" -S 2>/dev/null | sed -n 's/^-N \(DOCKER.*\)/\1/p' | xargs -r -L 1 iptables -t "$table" -X
    done
    iptables -P FORWARD "${forward:-ACCEPT}" 2>/dev/null || true
}

# The compose of Docker today. Debian 12 has none, so it is taken from the package of Debian 13, which is one static program.
find_compose_v2() {
    export DOCKER_CONFIG=$work/docker-config
    mkdir -p "$DOCKER_CONFIG/cli-plugins"
    docker compose version >/dev/null 2>&1 && return 0
    local apt=$work/apt mirror
    mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian //p' | head -n 1)
    [ -n "$mirror" ] || return 1
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/sources" "$apt/download"
    : >"$apt/status"
    printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\nSigned-By: %s\n' "$mirror" \
        /usr/share/keyrings/debian-archive-keyring.gpg >"$apt/sources/trixie.sources"
    local options=(-o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$apt/sources" -o "Dir::State::lists=$apt/lists"
        -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache" -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
    (
        cd "$apt/download" &&
            apt-get "${options[@]}" -qq update &&
            apt-get "${options[@]}" -qq download docker-compose &&
            dpkg-deb --fsys-tarfile docker-compose_*.deb | tar -x --wildcards '*/docker-compose' --exclude 'share' &&
            install -m 755 "$(find . -type f -path '*/cli-plugins/docker-compose')" "$DOCKER_CONFIG/cli-plugins/docker-compose"
    ) >>"$work/apt.log" 2>&1
    docker compose version >/dev/null 2>&1
}
