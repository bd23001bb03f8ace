# One image for all of Glimpse: `docker run … glimpse discord`, `glimpse mcp`, `glimpse find …`.

FROM node:22-bookworm-slim AS build
# What compiles is left behind in this stage: the release that the image is of has one version of each.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production GLIMPSE_LIBRARY=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY models models
COPY samples samples
# Pictures come from strangers: no root (1000 is the image's user node), and nothing to write to but the library.
RUN mkdir /data && chown 1000:1000 /data
USER 1000:1000
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["--help"]
