# The profile `letsencrypt` against a certificate authority of our own: pebble, which speaks the same protocol.
# Sourced by tests/compose/run.

pebble_module=github.com/letsencrypt/pebble/v2/cmd/pebble@v2.10.1

# The authority asks nginx itself whether the name is ours, so its container knows the name by nginx's address.
start_pebble() {
    local folder=$work/pebble address
    mkdir -p "$folder"
    cp "$cache/pebble" "$here/pebble/config.json" "$folder/"
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=pebble -addext subjectAltName=DNS:pebble \
        -keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null
    address=$(docker inspect --format "{{.NetworkSettings.Networks.${project}_outside.IPAddress}}" "$(container nginx)")
    docker run -d --name "$project-pebble" --network "${project}_outside" --network-alias pebble --add-host "images.test:$address" \
        -v "$folder:/pebble:ro" -e PEBBLE_VA_NOSLEEP=1 --entrypoint /pebble/pebble "$debian_image" -config /pebble/config.json
}

with_lets_encrypt() {
    local name="Let's Encrypt" volume
    if ! command -v go >/dev/null; then
        skip "$name" "the test authority is compiled by Go, which is not installed"
        return
    fi
    if [ ! -x "$cache/pebble" ] && ! GOBIN=$cache go install "$pebble_module" >"$work/pebble.log" 2>&1; then
        tail -n 5 "$work/pebble.log" >&2
        skip "$name" "the test authority cannot be compiled here"
        return
    fi
    settings VIRTUAL_HOST=images.test LETSENCRYPT_EMAIL=somebody@images.test LETSENCRYPT_SERVER=https://pebble:14000/dir
    check "$name: up without a certificate" compose up -d
    check "$name: all become healthy" becomes_healthy || return
    check "$name: the authority starts" start_pebble
    # Only for the test: this authority's own certificate is one that nobody trusts.
    volume=$(docker volume inspect --format '{{.Mountpoint}}' "${project}_letsencrypt")
    echo "no-verify-ssl = true" >"$volume/cli.ini"
    check "$name: certbot starts" compose --profile letsencrypt up -d certbot
    check "$name: the certificate comes and is taken up" until_deadline 60 serves_certificate_of_pebble
    check "$name: the site answers under its name" the_site_answers_under_its_name
    docker rm -f "$project-pebble" >/dev/null 2>&1
    check "$name: down" compose --profile letsencrypt down -v
}

https_address() { docker port "$(container nginx)" 8443/tcp | head -n 1; }

serves_certificate_of_pebble() {
    openssl s_client -connect "$(https_address)" -servername images.test </dev/null 2>/dev/null | openssl x509 -noout -issuer | grep -q Pebble
}

the_site_answers_under_its_name() {
    local address got
    address=$(https_address)
    got=$(curl -sSk --connect-to "images.test:443:$address" -o /dev/null -w '%{http_code}' https://images.test/auth/login)
    [ "$got" = 200 ] || { echo "answered $got"; return 1; }
}
