#!/bin/sh
# Fills /etc/nginx/templates/**.template in with those variables whose names match NGINX_ENVSUBST_FILTER.
set -e
names=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' | grep -E "${NGINX_ENVSUBST_FILTER:-.}" | sed 's/.*/${&}/' | tr '\n' ' ')
[ -d /etc/nginx/templates ] || exit 0
cd /etc/nginx/templates
find . -follow -type f -name '*.template' | while read -r template; do
    output=/etc/nginx/conf.d/${template%.template}
    mkdir -p "$(dirname "$output")"
    envsubst "$names" <"$template" >"$output"
done
