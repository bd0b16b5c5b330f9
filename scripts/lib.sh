# Shared by the scripts of this folder; sourced, not run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '==> %s\n' "$*" >&2; }
fail() { # MESSAGE [STATUS]
    printf 'error: %s\n' "$1" >&2
    exit "${2:-1}"
}

# What the Swift toolchain itself needs to compile and link. `curl` stands for libcurl, whose own package has two names.
toolchain_packages=(gcc libc6-dev libncurses6 libsqlite3-0 libxml2 curl)
# What Apus links.
build_packages=(pkg-config libssl-dev libsecp256k1-dev zlib1g-dev)
# What scripts/venv-made environments need: pip fetches over TLS.
python_packages=(python3 python3-venv ca-certificates)

# need_packages NAME…: installs what is missing from the distribution, as root; otherwise says how and stops.
need_packages() {
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
        fail "this is not Debian or Ubuntu; install what these packages hold, and run swift build and swift test: $*" 69
    local missing=() package
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    local install="apt-get install -y --no-install-recommends ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        printf 'These system packages are missing. Install them with:\n\n    %s\n\nthen run this command again.\n' \
            "sudo apt-get update && sudo $install" >&2
        exit 69
    fi
    say "installing system packages: ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install -qq; } >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        fail "apt could not install them; by hand: apt-get update && $install" 69
    fi
    rm -f "$log"
}

# need_swift [PACKAGE…]: a Swift that is new enough, with all that it needs to build Apus, and the packages named.
need_swift() {
    command -v swift >/dev/null ||
        fail "the Swift 6.3 toolchain is not on the PATH; see https://www.swift.org/install/linux/" 69
    need_packages "${toolchain_packages[@]}" "${build_packages[@]}" "$@"
    local answer version
    answer=$(swift --version 2>&1) || fail "swift does not start: $answer" 69
    version=$(sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' <<<"$answer" | head -1)
    case "$version" in
    6.[3-9] | 6.[1-9][0-9] | [7-9].* | [1-9][0-9].*) ;;
    *) fail "Swift 6.3 or newer is needed, found ${version:-none} at $(command -v swift)" 69 ;;
    esac
}

# built PRODUCT: builds it and prints its path. CONFIGURATION is debug or release (default); PREBUILT is where
# scripts/test has already built it.
built() {
    local configuration=${CONFIGURATION:-release}
    if [ -z "${PREBUILT:-}" ]; then
        swift build -c "$configuration" --product "$1" >&2
        PREBUILT=$(swift build -c "$configuration" --show-bin-path)
    fi
    printf '%s/%s' "$PREBUILT" "$1"
}

# python_with NAME REQUIREMENT…: a Python environment under .build with pinned packages; prints its python.
python_with() {
    local folder="$root/.build/venv-$1"
    shift
    local stamp="$folder/.requirements"
    if [ ! -x "$folder/bin/python" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$*" ]; then
        say "preparing Python packages: $*"
        rm -rf "$folder"
        python3 -m venv "$folder" >&2
        "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" >&2
        printf '%s' "$*" >"$stamp"
    fi
    printf '%s/bin/python' "$folder"
}
