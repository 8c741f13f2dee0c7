#!/usr/bin/env bash
# Installs the system packages that the tests need, once: PyTorch, which checks our gradients against its own, and Chromium, in which the package runs.
set -euo pipefail

packages=(python3-torch chromium)

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done

if [ "${#missing[@]}" -gt 0 ]; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
printf 'system packages ready: %s\n' "${packages[*]}"
