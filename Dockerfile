# syntax=docker/dockerfile:1
# Muster's server with its analyzer. The database is PostgreSQL's own image: see docker-compose.yml.

FROM node:24-bookworm-slim AS build
WORKDIR /app
ENV XDG_CACHE_HOME=/cache
# The media worker is built from source where its official program cannot be downloaded.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      meson ninja-build g++ pkg-config flatbuffers-compiler libflatbuffers-dev \
      libssl-dev libuv1-dev libsrtp2-dev libabsl-dev \
 && rm -rf /var/lib/apt/lists/*
COPY . .
# The model pack to include; empty: the default one.
ARG MUSTER_MODEL_PACK=
RUN node scripts/prepare.mjs \
 && mv /cache/muster/mediasoup-worker-* /app/mediasoup-worker \
 && NODE_ENV=production node scripts/prune.mjs

FROM node:24-bookworm-slim
# Libraries for a media worker that was built above; the official one includes its own.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libssl3 libuv1 libsrtp2-1 libabsl20220623 libstdc++6 \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node /data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
# For `npm run models`. Packs that it installs are lost with the container; the pack of the build is in the image.
COPY --from=build /app/scripts ./scripts
COPY --from=build --chown=node:node /app/models ./models
COPY --from=build /app/config ./config
COPY --from=build /app/server ./server
COPY --from=build /app/dist ./dist
COPY --from=build /app/mediasoup-worker ./
ENV NODE_ENV=production \
    MUSTER_DATA_DIR=/data \
    MEDIASOUP_WORKER_BIN=/app/mediasoup-worker
USER node
VOLUME /data
EXPOSE 8443/tcp 44400/udp 44400/tcp
# Images in the OCI format cannot say this, so docker-compose.yml says it too.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["node", "scripts/health.mjs"]
# The server starts its media workers and analyzers again when they end. Nothing in the image starts the server again:
# that is for the container engine (`restart: unless-stopped` in docker-compose.yml).
CMD ["node", "server/main.ts"]
