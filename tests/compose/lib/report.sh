# Counting and saying. Sourced by tests/compose/run.

passed=0
failed=0
skipped=0

say() { printf 'compose: %4d s  %s\n' "$SECONDS" "$*" >&2; }

# check NAME COMMAND...: one test; what the command printed is shown only if it failed.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        passed=$((passed + 1))
        say "ok      $name"
    else
        failed=$((failed + 1))
        say "FAILED  $name"
        [ -z "$output" ] || printf '%s\n' "$output" | tail -n 40 | sed 's/^/compose:                 /' >&2
        return 1
    fi
}

# skip NAME REASON: a test that this machine cannot run. It is loud, because it is not a pass.
skip() {
    skipped=$((skipped + 1))
    say "SKIPPED $1"
    say "        $2"
}

summary() { printf 'compose: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"; }

# until_deadline SECONDS COMMAND...: asks again and again until the command succeeds.
until_deadline() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            "$@"
            return 1
        fi
        read -r -t 0.5 _ <>"$work/tick" || true
    done
}

stage() {
    say "--      $*"
}
