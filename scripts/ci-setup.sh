#!/usr/bin/env bash
# Installs the system packages that the tests need, once: PyTorch to check gradients against, three browsers in which the package and its page run, LaTeX to set documents with.
set -euo pipefail

packages=(python3-torch chromium firefox-esr webkit2gtk-driver xvfb texlive-latex-base texlive-latex-recommended)

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
