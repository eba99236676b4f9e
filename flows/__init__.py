"""Sitrep's Prefect flows, one a stage and one for all of them; the command line is a thin door onto these."""

import os

# prefect reads these when it is first imported, which is after this; a worker has its own and keeps them
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
# a cold first start on a fresh database takes longer than prefect's own 20 seconds allow
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
