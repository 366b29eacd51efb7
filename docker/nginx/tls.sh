#!/bin/sh
# Lays the certificate that nginx shall use at /run/tls: the site's own (CERT_DIR), else the one of Let's Encrypt, else one
# that nobody trusts, so that nginx starts at all and certbot can be answered.
set -eu

own=/etc/nginx/certs
letsencrypt=/etc/letsencrypt/live/iiif-gate
placeholder=/run/tls/placeholder
host=${VIRTUAL_HOST%%:*}

mkdir -p /run/tls
if [ -s "$own/fullchain.pem" ] && [ -s "$own/privkey.pem" ]; then
    source=$own
elif [ -s "$letsencrypt/fullchain.pem" ] && [ -s "$letsencrypt/privkey.pem" ]; then
    source=$letsencrypt
else
    source=$placeholder
    if [ ! -s "$placeholder/fullchain.pem" ]; then
        install -d -m 0700 "$placeholder"
        openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=$host" -addext "subjectAltName=DNS:$host" \
            -keyout "$placeholder/privkey.pem" -out "$placeholder/fullchain.pem" 2>/dev/null ||
            { echo "iiif-gate: there is no certificate, and openssl could not make one" >&2; exit 1; }
    fi
fi
ln -sfn "$source/fullchain.pem" /run/tls/fullchain.pem
ln -sfn "$source/privkey.pem" /run/tls/privkey.pem
