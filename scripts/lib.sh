# Shared by the scripts of this folder; sourced, not run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit "${2:-1}"; }

# need_packages NAME…: installs what is missing from the distribution, as root; otherwise says how and stops.
need_packages() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ]; then
        printf 'These system packages are missing: %s\nInstall them with:\n\n    sudo apt-get update && sudo apt-get install -y %s\n\nthen run this command again.\n' \
            "${missing[*]}" "${missing[*]}" >&2
        exit 69
    fi
    say "installing system packages: ${missing[*]}"
    DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

need_swift() {
    command -v swift >/dev/null 2>&1 ||
        fail "the Swift 6.3 toolchain is not on the PATH; see https://www.swift.org/install/linux/" 69
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -1)
    case "$version" in
    6.[3-9] | 6.[1-9][0-9] | [7-9].*) ;;
    *) fail "Swift 6.3 or newer is needed, found ${version:-none}" 69 ;;
    esac
}

build_packages=(pkg-config libssl-dev libsecp256k1-dev zlib1g-dev)

# venv NAME REQUIREMENT…: a Python environment under .build with pinned packages; prints its python.
venv() {
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
