#!/usr/bin/env bash
# The one entry point: brings Node, pnpm and the dependencies when they are missing, then runs
# deploy/cli/main.ts. Everything it fetches stays below .local/ and node_modules/.
set -euo pipefail

NODE_VERSION=24.21.0
PNPM_VERSION=10.34.9

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}" 2>/dev/null || echo "${BASH_SOURCE[0]}")")" && pwd)
toolchain=$root/.local/toolchain
stamp=$root/node_modules/.make-installed
mkdir -p "$root/.local"

die() {
  echo "make.sh: $*" >&2
  exit 1
}

node_is_new_enough() {
  command -v node >/dev/null && [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 24')" = true ]
}

platform_package() {
  local os cpu
  case $(uname -s) in Linux) os=linux ;; Darwin) os=darwin ;; *) die "no Node package for $(uname -s)" ;; esac
  case $(uname -m) in x86_64 | amd64) cpu=x64 ;; aarch64 | arm64) cpu=arm64 ;; *) die "no Node package for $(uname -m)" ;; esac
  echo "node-$os-$cpu"
}

# npm's own registry packages of Node and pnpm; npm checks their integrity.
fetch_toolchain() {
  local packages=("pnpm@$PNPM_VERSION")
  node_is_new_enough || packages+=("$(platform_package)@$NODE_VERSION")
  command -v npm >/dev/null || die "Node 24 or newer is needed, and npm to fetch it. Install Node (any version with npm), then repeat."
  echo "fetching ${packages[*]} into .local/toolchain (once)"
  npm install --no-save --no-audit --no-fund --loglevel=error --prefix "$toolchain" "${packages[@]}" >/dev/null
}

use_toolchain() {
  local bin
  for bin in "$toolchain"/node_modules/node-*/bin; do
    [ -x "$bin/node" ] && PATH=$bin:$PATH
  done
  # pnpm for the commands that call it themselves (new, bench).
  [ -d "$toolchain/node_modules/.bin" ] && PATH=$toolchain/node_modules/.bin:$PATH
  export PATH
}

pnpm_command() {
  if [ -f "$toolchain/node_modules/pnpm/bin/pnpm.cjs" ]; then
    node "$toolchain/node_modules/pnpm/bin/pnpm.cjs" "$@"
  else
    pnpm "$@"
  fi
}

has_toolchain() {
  node_is_new_enough || return 1
  [ -f "$toolchain/node_modules/pnpm/bin/pnpm.cjs" ] && return 0
  command -v pnpm >/dev/null && [[ $(cd / && pnpm --version 2>/dev/null) == 10.* ]]
}

# Whatever decides what gets installed; a change of any of it means installing again.
manifests() {
  (cd "$root" && {
    cat pnpm-lock.yaml pnpm-workspace.yaml .npmrc
    find . \( -name node_modules -o -name .local -o -name .git -o -name dist -o -name peers \) -prune \
      -o -name package.json -print0 | LC_ALL=C sort -z | xargs -0 cat
  } | cksum)
}

install_dependencies() {
  local now
  now="$(manifests) $(node --version)"
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ] && return
  echo "installing the dependencies"
  (cd "$root" && CI=1 pnpm_command install --frozen-lockfile --prefer-offline --reporter=append-only \
    >"$root/.local/install.log" 2>&1) || {
    tail -n 30 "$root/.local/install.log" >&2
    die "pnpm install failed; the whole log is .local/install.log"
  }
  echo "$now" >"$stamp"
}

prepare() {
  use_toolchain
  has_toolchain || { fetch_toolchain && use_toolchain; }
  install_dependencies
}

# Two calls at once: the second waits until the first has installed, then finds nothing to do.
if command -v flock >/dev/null; then
  exec 9>"$root/.local/make.lock"
  flock 9
  prepare
  exec 9>&-
else
  prepare
fi

exec node --conditions=@app/source --disable-warning=ExperimentalWarning "$root/deploy/cli/main.ts" "$@"
