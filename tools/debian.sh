#!/bin/sh
# Installs the named Debian packages where it may (root or passwordless sudo); otherwise names them in one line.
missing=
for package in "$@"; do
    case $package in
    chromium) command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$missing $package" ;;
    postgresql) ls -d /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing $package" ;;
    *) dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "not installed:$missing; the tests that need them will skip"
    exit 0
fi
if [ "$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo='sudo -n'; else
    echo "not installed:$missing; the tests that need them will skip (sudo apt-get install$missing)"
    exit 0
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -q >/dev/null 2>&1
# shellcheck disable=SC2086
$sudo apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 ||
    echo "could not install:$missing; the tests that need them will skip"
exit 0
