#!/bin/sh
# Installs a wheel into an empty environment, starts the watch from it, and asks for the watch floor.
set -eu
wheel=$1
clean=$(mktemp -d)
pid=
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$clean"' EXIT
.tools/bin/uv venv -q --no-python-downloads -p "${PY:-python3}" "$clean/venv"
.tools/bin/uv export -q --locked --no-dev --no-emit-project -o "$clean/requirements.txt"
VIRTUAL_ENV=$clean/venv .tools/bin/uv pip install -q -r "$clean/requirements.txt" "$wheel"
cd "$clean"
env -i PATH=/usr/bin:/bin HOME="$clean" "$clean/venv/bin/periplus" watch --centre "$clean/centre" --listen 127.0.0.1:0 >out 2>&1 &
pid=$!
tries=0
until url=$(sed -n 's/.*\(http:\/\/127\.0\.0\.1:[0-9]*\).*/\1/p' out | head -1) && [ -n "$url" ]; do
    tries=$((tries + 1))
    if [ $tries -gt 120 ] || ! kill -0 "$pid" 2>/dev/null; then
        cat out
        echo 'the watch did not start from the wheel'
        exit 1
    fi
    sleep 1
done
"$clean/venv/bin/python" - "$url" <<'PY'
import sys, urllib.request
page = urllib.request.urlopen(sys.argv[1], timeout=10).read().decode()
assert '<div id="app"' in page or "type=\"module\"" in page, page[:200]
print("the wheel serves the watch floor at", sys.argv[1])
PY
