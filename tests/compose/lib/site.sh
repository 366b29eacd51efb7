# What a visitor sees through nginx, and what the containers look like. Sourced by tests/compose/run; each function is one
# check and says on stdout what was wrong.

# status PATH [CURL OPTION...]: the status of a GET; headers and body are left in $work/headers and $work/body.
status() {
    local path=$1
    shift
    curl -sS -k --max-time 20 -D "$work/headers" -o "$work/body" -w '%{http_code}' "$@" "$base$path"
}

# expect STATUS PATH [CURL OPTION...]
expect() {
    local wanted=$1 got
    shift
    got=$(status "$@")
    [ "$got" = "$wanted" ] && return 0
    printf '%s answered %s instead of %s\n' "$1" "$got" "$wanted"
    head -c 600 "$work/headers" "$work/body"
    return 1
}

form_value() { sed -n "s/.*name=\"$1\"[^>]* value=\"\([^\"]*\)\".*/\1/p; s/.* value=\"\([^\"]*\)\"[^>]*name=\"$1\".*/\1/p" "$work/body" | head -n 1; }

is_jpeg() { [ "$(head -c 3 "$work/body" | od -An -tx1 | tr -d ' ')" = ffd8ff ]; }

strangers_get_the_description_with_401() {
    expect 401 "$image/info.json" &&
        jq -e '.width == 1536 and (.service | tostring | contains("/auth/iiif-login"))' "$work/body"
}

strangers_get_no_pixels() {
    expect 401 "$image/full/256,/0/default.jpg" && ! is_jpeg
}

manifests_are_public() {
    expect 200 /iiif/manifests/sample.json && jq -e '.type == "Manifest"' "$work/body"
}

the_front_page_is_there() { expect 200 / && grep -q 'iiif-gate' "$work/body"; }

inner_urls_are_closed() {
    expect 404 /auth/query_auth && expect 404 /auth/describe
}

# fill_in PAGE PASSWORD JAR: the sign-in form as a person would fill it in, up to the redirect that follows.
fill_in() {
    local page=$1 jar=$3 csrf
    rm -f "$jar"
    expect 200 "$page" -b "$jar" -c "$jar" || return 1
    csrf=$(form_value csrf)
    [ -n "$csrf" ] || { echo "the form has no csrf field"; cat "$work/body"; return 1; }
    expect 303 "$page" -b "$jar" -c "$jar" -H "Origin: $base" --data-urlencode "username=$admin" --data-urlencode "password=$2" \
        --data-urlencode "csrf=$csrf" --data-urlencode "origin=$base"
}

# sign_in PASSWORD JAR: in the window that a viewer opens, ending on the page that says so.
sign_in() {
    fill_in "$login" "$1" "$2" && expect 200 "$login" -b "$2" || return 1
    grep -q "$admin" "$work/body" || { cat "$work/body"; return 1; }
}

the_administration_opens() {
    fill_in /auth/login "$1" "$work/admin-jar" && expect 200 /auth/admin/ -b "$work/admin-jar" || return 1
    # It is another door: its cookie shows no images, and the other one does not administer.
    expect 401 "$image/full/256,/0/default.jpg" -b "$work/admin-jar" && expect 303 /auth/admin/ -b "$work/jar"
}

wrong_passwords_are_refused() {
    ! sign_in "not the $1" "$work/wrong-jar" >/dev/null || return 1
    expect 401 "$image/full/256,/0/default.jpg" -b "$work/wrong-jar"
}

the_cookie_opens_pixels() {
    expect 200 "$image/full/256,/0/default.jpg" -b "$work/jar" && is_jpeg
}

the_cookie_opens_parts_of_a_file() {
    expect 401 /iiif/files/sample.pdf && expect 206 /iiif/files/sample.pdf -b "$work/jar" -H 'Range: bytes=0-3' &&
        [ "$(cat "$work/body")" = %PDF ]
}

the_token_opens_the_description() {
    expect 200 /auth/iiif-token -b "$work/jar" || return 1
    local token
    token=$(jq -er .accessToken "$work/body") || return 1
    expect 200 "$image/info.json" -H "Authorization: Bearer $token" &&
        jq -e --arg id "$base$image" '.width == 1536 and (."@id" // .id) == $id' "$work/body"
}

# Containers ---------------------------------------------------------------------------------------------------------

container() { docker ps -aq --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$1"; }

healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' "$(container "$1")")" = healthy ]; }

all_healthy() { healthy iipimage && healthy gate && healthy nginx; }

becomes_healthy() {
    until_deadline 120 all_healthy && return 0
    compose ps
    compose logs --no-color | tail -n 40
    return 1
}

only_nginx_publishes_ports() {
    local service
    for service in gate iipimage; do
        [ -z "$(docker port "$(container "$service")")" ] || { docker port "$(container "$service")"; return 1; }
    done
    docker port "$(container nginx)" | grep -v '127\.0\.0\.1' && return 1
    [ "$(docker network inspect --format '{{.Internal}}' "${project}_inside")" = true ]
}

containers_are_hardened() {
    local service id
    for service in nginx gate iipimage; do
        id=$(container "$service")
        docker inspect --format '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.RestartPolicy.Name}}' "$id" |
            grep -qx 'true \[ALL\] \[no-new-privileges:true\] unless-stopped' || { docker inspect "$id"; return 1; }
    done
    [ "$(docker top "$(container gate)" -o pid,uid | awk 'NR > 1 { print $2 }')" = 9780 ] && [ "$(docker exec "$(container iipimage)" id -u)" != 0 ]
}

images_cannot_be_written() { ! docker exec -u 0 "$(container iipimage)" touch /images/written; }

secrets_are_private() {
    # The gate's image has no shell, so this looks at the volume from outside.
    local data
    data=$(docker volume inspect --format '{{.Mountpoint}}' "${project}_data")
    [ "$(stat -c '%a %u' "$data")" = '700 9780' ] && [ -n "$(find "$data" -type f -name '*key*')" ] || return 1
    # Only the owner reads what was generated.
    [ -z "$(find "$data" -type f -name '*key*' -perm /077)" ]
}

# A container that is replaced may come back under another address.
a_replaced_gate_is_found_again() {
    local gate before
    gate=$(container gate)
    before=$(docker inspect --format '{{json .NetworkSettings.Networks}}' "$gate" | md5sum)
    # Something takes the old address while the gate is away.
    docker stop -t 15 "$gate" >/dev/null
    docker run -d --rm --name "$project-squatter" --network "${project}_outside" --entrypoint sleep "$debian_image" 300 >/dev/null
    docker network connect "${project}_inside" "$project-squatter"
    docker start "$gate" >/dev/null
    until_deadline 60 expect 200 /auth/login
    local found=$?
    docker rm -f "$project-squatter" >/dev/null
    [ "$before" != "$(docker inspect --format '{{json .NetworkSettings.Networks}}' "$gate" | md5sum)" ] || echo "the address did not change"
    return $found
}
