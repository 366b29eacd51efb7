# The stories that are played. Sourced by tests/compose/run.

# compose ARGUMENT...: the compose under test, with no setting of this machine's and none of a developer's `.env`.
compose() {
    local program=(docker-compose)
    [ "$which" = v1 ] || program=(docker compose)
    env -i PATH="$PATH" HOME="$HOME" DOCKER_HOST="${DOCKER_HOST:-}" DOCKER_CONFIG="$DOCKER_CONFIG" DOCKER_BUILDKIT=0 \
        "${program[@]}" -p "$project" --project-directory "$root" --env-file "$work/env" -f "$root/docker-compose.yml" "$@" </dev/null
}

# settings NAME=VALUE...: the `.env` of the next starts. Without any it is empty, but for ports that are taken already.
settings() {
    printf '%s\n' "$@" >"$work/env"
    local port=8080
    while port_is_taken "$port"; do port=$((port + 100)); done
    [ "$port" = 8080 ] || printf 'HTTP_PORT=127.0.0.1:%s\nHTTPS_PORT=127.0.0.1:%s\n' "$port" $((port + 363)) >>"$work/env"
    if [[ " $* " == *VIRTUAL_HOST_PROTO=https* ]]; then
        base=https://localhost:$((port + 363))
    else
        base=http://localhost:$port
    fi
    [ "$base" = http://localhost:8080 ] || grep -q ^VIRTUAL_HOST= "$work/env" || echo "VIRTUAL_HOST=${base#*://}" >>"$work/env"
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

image=/iiif/images/sample.tif
login=/auth/iiif-login
admin=admin@example.org

all_profiles_are_valid() {
    : >"$work/env"
    local services
    services=$(compose --profile digilib --profile cantaloupe --profile letsencrypt config --services) || return 1
    [ "$(sort <<<"$services" | tr '\n' ' ')" = "cantaloupe certbot digilib gate iipimage nginx " ] || { echo "$services"; return 1; }
    services=$(compose config --services)
    # docker-compose 1.29 names the services of all profiles, whether they would be started or not.
    [ "$which" = v1 ] || [ "$(sort <<<"$services" | tr '\n' ' ')" = "gate iipimage nginx " ]
}

# The last column of the table of settings says who reads a setting.
settings_are_passed_on() {
    local name missing='' table=$root/docs/configuration.md
    local names
    names=$(sed -nE 's/^\| `([A-Z_]+)` \|.*\|([^|]*)\|$/\1 \2/p' "$table" | sed -nE '/gate|compose/s/ .*//p')
    [ "$(wc -w <<<"$names")" -gt 20 ] || { echo "found no settings in $table"; return 1; }
    for name in $names; do
        case $name in
            COMPOSE_PROFILES) ;; # Compose's own.
            *) grep -qE "^      $name:|\\$\\{${name}[:}]" "$root/docker-compose.yml" || missing+=" $name" ;;
        esac
    done
    [ -z "$missing" ] || { echo "docker-compose.yml does not mention$missing"; return 1; }
}

build_images() {
    : >"$work/env"
    compose build --build-arg "CARGO_PROFILE=$profile" gate >"$work/build.log" 2>&1 &&
        compose build iipimage >>"$work/build.log" 2>&1 &&
        compose --profile letsencrypt build certbot >>"$work/build.log" 2>&1 && return 0
    tail -n 40 "$work/build.log"
    return 1
}

the_image_is_small_and_without_rights() {
    [ "$(docker inspect --format '{{.Config.User}} {{json .Config.Healthcheck.Test}}' iiif-gate)" = 'iiif-gate ["CMD","iiif-gate","healthcheck"]' ] || return 1
    local image program
    { read -r image && read -r program; } < <(sizes_of_the_image)
    # Less than 60 MB altogether. A program compiled for tests is larger than a release.
    [ $((image - program)) -lt 45000000 ] && { [ "$profile" != release ] || [ "$program" -lt 15000000 ]; }
}

the_image_names_its_parts() {
    local container
    container=$(docker create iiif-gate)
    docker cp "$container:/usr/local/share/sbom/iiif-gate.cdx.json" - | tar -xO >"$work/sbom.json"
    docker rm -v "$container" >/dev/null
    jq -e '[.components[].name] | length > 200 and (["diesel", "libssl3", "libc6", "ca-certificates"] - . == [])' "$work/sbom.json"
}

# In bytes: all of it, and the program in it.
sizes_of_the_image() {
    local container
    container=$(docker create iiif-gate)
    docker inspect --format '{{.Size}}' iiif-gate
    docker cp "$container:/usr/local/bin/iiif-gate" - | tar -xO | wc -c
    docker rm -v "$container" >/dev/null
}

# What the log says once, at the first start.
first_password() { compose logs --no-color gate 2>/dev/null | sed -n 's/.*with the password `\([^`]*\)`.*/\1/p' | tail -n 1; }

plain_start_on_localhost() {
    local password
    settings
    check "$which: up without any setting" compose up -d || { compose logs | tail -n 40 >&2; return; }
    check "$which: all become healthy" becomes_healthy || return
    password=$(first_password)
    check "$which: the log tells the administrator's first password" test -n "$password"
    check "$which: the front page is there" the_front_page_is_there
    check "$which: strangers get the description with 401" strangers_get_the_description_with_401
    check "$which: strangers get no pixels" strangers_get_no_pixels
    check "$which: manifests are public" manifests_are_public
    check "$which: inner URLs are closed" inner_urls_are_closed
    check "$which: a wrong password is refused" wrong_passwords_are_refused "$password"
    check "$which: sign in" sign_in "$password" "$work/jar"
    check "$which: the cookie opens pixels" the_cookie_opens_pixels
    check "$which: the token opens the description" the_token_opens_the_description
    check "$which: the cookie opens parts of a protected file" the_cookie_opens_parts_of_a_file
    check "$which: the administration opens" the_administration_opens "$password"
    check "$which: only nginx publishes ports, on localhost" only_nginx_publishes_ports
    check "$which: containers are hardened" containers_are_hardened
    check "$which: images cannot be written" images_cannot_be_written
    check "$which: secrets are private" secrets_are_private
    check "$which: a gate under a new address is found again" a_replaced_gate_is_found_again

    check "$which: down" compose down
    check "$which: up again" compose up -d
    check "$which: all become healthy again" becomes_healthy
    check "$which: the session of before still opens pixels" the_cookie_opens_pixels
    check "$which: the same password still signs in" sign_in "$password" "$work/jar"
    check "$which: the password is not told twice" test -z "$(first_password)"
    check "$which: down with everything" compose down -v
}

served_certificate() { openssl s_client -connect "${base#https://}" -servername localhost </dev/null 2>/dev/null | openssl x509 -noout -subject; }

serves_certificate_of() { served_certificate | grep -q "$1"; }

with_tls() {
    local volume
    settings VIRTUAL_HOST_PROTO=https AUTH_ADMIN_PASSWORD=correct-horse-battery
    check "https: up" compose up -d
    check "https: all become healthy" becomes_healthy || { compose down -v >/dev/null 2>&1; return; }
    check "https: plain HTTP goes to https" plain_http_goes_to_https
    check "https: sign in" sign_in correct-horse-battery "$work/jar"
    check "https: the cookie is a __Host- cookie" grep -q __Host-iiif-gate "$work/jar"
    check "https: the cookie opens pixels" the_cookie_opens_pixels
    # What certbot does when it has a certificate: nginx has to take it up by itself.
    volume=$(docker volume inspect --format '{{.Mountpoint}}' "${project}_letsencrypt")
    mkdir -p "$volume/live/iiif-gate"
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=renewed.example.org -keyout "$volume/live/iiif-gate/privkey.pem" \
        -out "$volume/live/iiif-gate/fullchain.pem" 2>/dev/null
    check "https: a new certificate is taken up without a restart" until_deadline 40 serves_certificate_of renewed.example.org
    check "https: certbot says what it needs on localhost" certbot_says_what_it_needs
    check "https: down" compose --profile letsencrypt down -v
}

plain_http_goes_to_https() {
    local plain
    plain=$(docker port "$(container nginx)" 8080/tcp | head -n 1)
    curl -sS -o /dev/null -w '%{http_code} %{redirect_url}' "http://$plain/auth/login" | grep -qE "^30[18] $base/auth/login$"
}

certbot_says_what_it_needs() {
    compose --profile letsencrypt up -d certbot || return 1
    until_deadline 20 certbot_log_names_the_setting
}

certbot_log_names_the_setting() { compose --profile letsencrypt logs certbot 2>&1 | grep -q 'VIRTUAL_HOST is'; }

nginx_says() { compose logs nginx 2>&1 | grep -q "$1"; }

with_wrong_settings() {
    settings IMAGE_SERVER=other
    compose up -d >/dev/null 2>&1
    check "wrong settings: a missing IMAGE_SERVER_URL is told in words" until_deadline 60 nginx_says 'IMAGE_SERVER=other needs one like http://'
    compose down -v >/dev/null 2>&1
    settings TRUSTED_PROXIES=0.0.0.0/0
    compose up -d >/dev/null 2>&1
    check "wrong settings: a proxy that is none is told in words" until_deadline 60 nginx_says "'0.0.0.0/0' is no address"
    compose down -v >/dev/null 2>&1
}

# An IIIF server outside of the compose file that speaks HTTP: an IIPImage behind an nginx of its own.
with_an_image_server_of_my_own() {
    settings IMAGE_SERVER=other "IMAGE_SERVER_URL=http://$project-own:8000/some/path/" AUTH_ADMIN_PASSWORD=correct-horse-battery \
        "ANNOTATION_STORE_URL=http://$project-own:8000/store/" ANNOTATOR_OPEN=true
    check "own image server: up" compose up -d gate iipimage
    docker run -d --name "$project-own-iipimage" --network "${project}_outside" -v "$root/docker/sample/images:/images:ro" \
        iiif-gate-iipimage >/dev/null
    docker run -d --name "$project-own" --network "${project}_outside" -v "$here/own-server.conf:/etc/nginx/conf.d/default.conf:ro" \
        --link "$project-own-iipimage:own-iipimage" "$nginx_image" >/dev/null
    check "own image server: the rest of it" compose up -d
    check "own image server: all become healthy" becomes_healthy
    check "own image server: strangers get the description with 401" strangers_get_the_description_with_401
    check "own image server: strangers get no pixels" strangers_get_no_pixels
    check "own image server: sign in" sign_in correct-horse-battery "$work/jar"
    check "own image server: the cookie opens pixels" the_cookie_opens_pixels
    check "own image server: the token opens the description" the_token_opens_the_description
    check "own annotation store: annotations need a token" annotations_need_a_token
    check "own annotation store: where it is open, the store sees nobody" the_store_sees_nobody
    docker rm -f "$project-own" "$project-own-iipimage" >/dev/null 2>&1
    check "own image server: down" compose down -v
}

annotations_need_a_token() {
    [ "$(curl -sS -w ' %{http_code}' "$base/annotator/search?limit=1")" = $'{"error":"missing_token"}\n 401' ]
}

the_store_sees_nobody() {
    [ "$(curl -sS -H 'X-Annotator-User: root' "$base/annotator-open/search?limit=1")" = '{"path":"/store/search?limit=1","user":""}' ]
}
