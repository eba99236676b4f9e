"""Where things lie: the checkout, the data folder, compiled resources.

Nothing comes in but the environment; out come folders. Nothing is refused.
"""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The checkout that Sitrep runs from: the environment variable SITREP_HOME, else where this file lies."""
    return Path(os.environ.get("SITREP_HOME") or Path(__file__).resolve().parents[2])


def data_folder(data: str | Path | None = None) -> Path:
    """The local data folder that `--data` names; by default `$SITREP_HOME/data`."""
    return Path(data) if data is not None else home() / "data"


def resources_folder() -> Path:
    """Where compiled resources lie, whatever the data folder: `$SITREP_HOME/data/_resources`."""
    folder = home() / "data" / "_resources"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
