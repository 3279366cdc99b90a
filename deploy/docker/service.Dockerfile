# syntax=docker/dockerfile:1
# One image per service:  docker build -f deploy/docker/service.Dockerfile --build-arg SERVICE=user .

ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-bookworm-slim AS build
ARG PNPM_VERSION=10.34.9
RUN npm install --global --no-fund --no-audit "pnpm@${PNPM_VERSION}"
WORKDIR /src
# Downloads only what the lockfile names; a change of the sources does not come this far.
COPY pnpm-lock.yaml pnpm-workspace.yaml package.json .npmrc ./
ENV CI=1 npm_config_store_dir=/pnpm
RUN --mount=type=cache,id=pnpm,target=/pnpm pnpm fetch
COPY . .
ARG SERVICE
RUN test -n "${SERVICE}" || { echo 'give --build-arg SERVICE=<name>' >&2; exit 1; }
RUN --mount=type=cache,id=pnpm,target=/pnpm deploy/docker/build.sh "${SERVICE}" /out

FROM node:${NODE_VERSION}-bookworm-slim
ENV NODE_ENV=production METRICS_PORT=9464 METRICS_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /out ./
# Owns nothing and may write nothing but /tmp.
USER node
EXPOSE 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.METRICS_PORT}/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# The heap stays below the 320 MB that compose allows a service.
CMD ["node", "--enable-source-maps", "--max-old-space-size=256", "dist/main.js"]
