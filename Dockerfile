# Built for the builder's own platform, whatever the target: Go cross-compiles.
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
# Set by the builder, and empty where it does not know them: then it is its own platform.
ARG TARGETOS
ARG TARGETARCH
ARG VERSION
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /out/botrelay ./cmd/botrelay
RUN mkdir -p /out/data /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/botrelay /botrelay
COPY routes.toml /routes.toml
# /data is where the default store is, relative to / as every path.
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/botrelay", "health"]
ENTRYPOINT ["/botrelay"]
CMD ["serve"]
