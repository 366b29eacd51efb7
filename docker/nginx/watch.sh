#!/bin/sh
# Started in the background by 90-watch.sh: reloads nginx when a certificate was renewed, and when a container behind it
# came back under another address (nginx resolves names only when it reads its configuration).
set -u

dir=$(dirname "$0")

fingerprint() {
    for name in $WATCH_HOSTS; do
        getent ahosts "$name" | cut -d ' ' -f 1
    done | sort -u
    cksum /run/tls/fullchain.pem 2>/dev/null
}

before=$(fingerprint)
while sleep "${WATCH_SECONDS:-5}"; do
    [ "$VIRTUAL_HOST_PROTO" = http ] || "$dir/tls.sh"
    now=$(fingerprint)
    [ "$now" = "$before" ] && continue
    # A container that is just being replaced has no address: the old configuration serves until the new one loads.
    if nginx -t -q 2>/dev/null && nginx -s reload 2>/dev/null; then
        echo "watch: reloaded nginx (a certificate or an address behind it changed)"
        before=$now
    fi
done
