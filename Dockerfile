# syntax=docker/dockerfile:1
# One image with one binary: the interface is embedded in the server. The database runs elsewhere (docker-compose.yml).

FROM rust:1.95-bookworm AS build
WORKDIR /source
RUN rustup target add wasm32-unknown-unknown
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target/release \
    --mount=type=cache,target=/source/target/debug \
    --mount=type=cache,target=/source/target/wasm32-unknown-unknown \
    cargo xtask dist && install -D target/release/mrp-server /out/mrp-server

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin mrp
COPY --from=build /out/mrp-server /usr/local/bin/mrp-server
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/mrp-server/
USER mrp
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--show-error", "http://127.0.0.1:8080/ready"]
ENTRYPOINT ["mrp-server"]
CMD ["serve", "--listen", "0.0.0.0:8080"]
