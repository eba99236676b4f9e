"""Where things lie: the checkout, the data folder, compiled resources.

Nothing comes in but names and the environment; out come folders. Refused is a release that is not there.
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


def release_folder(release: str | Path, data: str | Path | None = None) -> Path:
    """The folder of a release: a path, or a version (or "latest") in a data folder. Raises LookupError."""
    folder = Path(release)
    if not (folder / "manifest.json").exists():
        folder = data_folder(data) / "releases" / release
    if not (folder / "manifest.json").exists():
        raise LookupError(f"there is no release {str(release)!r}; looked for {folder}/manifest.json")
    return folder.resolve()
