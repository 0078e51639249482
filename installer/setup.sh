#!/usr/bin/env bash
# Installs the Debian packages of packages.txt that are missing. Quick and silent when all are there. Works as root, or as
# a user with sudo.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

wanted=()
while read -r package _; do
    [[ -z "$package" || "$package" == \#* ]] || wanted+=("$package")
done < "$here/packages.txt"

if ! command -v dpkg-query > /dev/null; then
    echo "setup: this script knows Debian and its relatives only; install what stands in $here/packages.txt by hand" >&2
    exit 1
fi

installed="$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${wanted[@]}" 2> /dev/null || true)"
missing=()
for package in "${wanted[@]}"; do
    grep -qx "$package installed" <<< "$installed" || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then
    exit 0
fi

as_root=()
if [[ "$(id -u)" -ne 0 ]]; then
    if ! command -v sudo > /dev/null; then
        echo "setup: these packages are missing and need root to install: ${missing[*]}" >&2
        echo "setup: run this as root:  apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

echo "setup: installing ${#missing[@]} packages: ${missing[*]}" >&2
apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0)
"${as_root[@]}" "${apt[@]}" update
"${as_root[@]}" "${apt[@]}" install --yes --no-install-recommends "${missing[@]}" > /dev/null
# The tests start Orthanc themselves, on free ports of the loopback; a service of this machine is not wanted for that.
if [[ " ${missing[*]} " == *" orthanc "* && -d /run/systemd/system ]]; then
    "${as_root[@]}" systemctl disable --now orthanc > /dev/null 2>&1 || true
fi
echo "setup: packages are installed" >&2
