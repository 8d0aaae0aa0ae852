# Wharf in a container: the locked dependencies and the command, nothing else.
# Build: docker build -t wharf .
# Run:   docker run -v ./site:/etc/wharf:ro -v wharf-data:/var/lib/wharf -p 127.0.0.1:8080:8080 wharf

FROM python:3.13-slim-bookworm AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends make=4.3-* \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/wharf
COPY . .
RUN make setup EDITABLE= EXTRAS=postgres

FROM python:3.13-slim-bookworm
# A fixed id, so that the owner of files on the volume stays the same from image to image.
RUN groupadd --gid 10001 wharf \
 && useradd --uid 10001 --gid wharf --no-create-home --home-dir /var/lib/wharf --shell /usr/sbin/nologin wharf \
 && install --directory --owner=wharf --group=wharf --mode=0750 /var/lib/wharf /etc/wharf
COPY --from=build /opt/wharf/.venv /opt/wharf/.venv
ENV PATH=/opt/wharf/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    WHARF__GATEWAY__DATA=/var/lib/wharf
USER 10001:10001
WORKDIR /var/lib/wharf
VOLUME /var/lib/wharf
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["wharf"]
CMD ["run", "-c", "/etc/wharf/wharf.toml"]
