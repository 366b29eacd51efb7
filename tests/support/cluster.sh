# A PostgreSQL for tests: sh cluster.sh FOLDER BIN. It waits for the end of its input, which comes when the program that
# started it ends in whatever way; then it takes everything away.
set -e
"$2/initdb" -D "$1/data" -U gate --auth=trust --no-sync -E UTF8 --locale=C.UTF-8 >"$1/log" 2>&1
"$2/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=off -c max_connections=300 \
    >>"$1/log" 2>&1 &
server=$!
read -r _ || true
kill -INT "$server"
wait "$server" || true
rm -rf "$1"
