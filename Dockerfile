# Build: wheel and dependencies into a virtual environment.
FROM python:3.12-slim AS build
WORKDIR /build
RUN python -m venv /opt/malgil
COPY pyproject.toml README.md ./
COPY gateway gateway
COPY models models
COPY locales locales
COPY accessibility accessibility
COPY loadtests loadtests
RUN /opt/malgil/bin/pip install --no-cache-dir .

# Run: no build tools, no root, no network needed; the models are inside the wheel.
FROM python:3.12-slim
# For speech and braille; without them these outputs answer `output_unavailable`.
RUN apt-get update \
    && apt-get install -y --no-install-recommends espeak-ng liblouis-bin liblouis-data sox \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home malgil \
    && install -d -o malgil -m 700 /home/malgil/.local /home/malgil/.local/share /home/malgil/.local/share/malgil
COPY --from=build /opt/malgil /opt/malgil
USER malgil
WORKDIR /home/malgil
ENV PATH=/opt/malgil/bin:$PATH \
    MALGIL_HOST=0.0.0.0 \
    PYTHONUNBUFFERED=1
EXPOSE 8080
# Keys, usage and what tenants keep.
VOLUME /home/malgil/.local/share/malgil
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
ENTRYPOINT ["malgil"]
CMD ["serve"]
