#!/bin/sh
# Builds one service out of the repository in the working folder into a folder that runs by itself:
#   deploy/docker/build.sh user /out
# Run by service.Dockerfile; it needs Node and pnpm only, so that it can be tried without Docker.
set -eu

service=$1
out=$2

pnpm install --frozen-lockfile --filter mini-program-mall --filter "@app/$service..."
folder=$(pnpm --silent --filter "@app/$service" exec pwd)

# The service and, by project references, every package it uses. Forced: build information that was
# left beside sources whose output is gone would pass for a finished build.
pnpm exec tsc -b --force "$folder"

# A service's migrations are no part of its sources: they stand beside them and import nothing of them.
if [ -d "$folder/migrations" ]; then
  pnpm exec tsc --ignoreConfig --target es2024 --module nodenext --skipLibCheck --types node \
    --rootDir "$folder/migrations" --outDir "$folder/dist/migrations" "$folder"/migrations/*.ts
fi

# Production dependencies and the packages of the workspace, as real files.
pnpm --filter "@app/$service" deploy --prod --legacy "$out"

# Runs as the migrate job; outside node_modules Node strips its types itself.
cp deploy/cli/migrate-job.ts "$out/migrate-job.ts"

[ -f "$out/dist/main.js" ] || { echo "the build of $service has no dist/main.js" >&2; exit 1; }
