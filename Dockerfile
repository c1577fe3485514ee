# One image for all services and simulators: the command says which.
FROM python:3.11-slim-bookworm AS build
COPY requirements-runtime.lock /build/
RUN python3 -m venv /opt/tousu \
    && /opt/tousu/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /build/requirements-runtime.lock
COPY shared /app/shared
COPY services /app/services
COPY simulators /app/simulators
COPY suite /app/suite
COPY cli /app/cli
RUN /opt/tousu/bin/python -m compileall -q /app

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin tousu \
    && install -d -o tousu /journals
COPY --from=build /opt/tousu /opt/tousu
COPY --from=build /app /app
COPY policies /app/policies
COPY config.yml LICENSE /app/
ENV PATH=/opt/tousu/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    TOUSU_ENV=production \
    TOUSU_RUN_DIR=/tmp \
    ALIVE_FILE=/tmp/alive
WORKDIR /app
USER 10001
# a service touches this file for as long as its green threads turn
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["sh", "-c", "test -n \"$(find /tmp/alive -newermt '-30 seconds')\""]
ENTRYPOINT ["python", "-m", "cli.main"]
CMD ["--help"]
