"""Where things lie: what Sitrep writes, the data folder, compiled resources.

Nothing comes in but names and the environment; out come folders. Nothing is refused.
"""

from __future__ import annotations

import os
from pathlib import Path

from tasks import is_installed


def home() -> Path:
    """Where Sitrep writes: the environment variable SITREP_HOME, else the checkout that it runs from.

    Run from a wheel it has no checkout, and where it is installed may be read-only: then it is `sitrep` in the user's
    own data, the same from whatever folder it is called.
    """
    if own := os.environ.get("SITREP_HOME"):
        return Path(own)
    if is_installed():
        return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "sitrep"
    return Path(__file__).resolve().parents[2]


def data_folder(data: str | Path | None = None) -> Path:
    """The local data folder that `--data` names; by default `$SITREP_HOME/data`."""
    return Path(data) if data is not None else home() / "data"


def resources_folder() -> Path:
    """Where compiled resources lie, whatever the data folder: `$SITREP_HOME/data/_resources`."""
    folder = home() / "data" / "_resources"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
