"""A release wherever it lies: a folder, a version in a data folder, the same on object storage.

In come names as typed, out come folders of this machine. Refused is a release that is not there.
"""

from __future__ import annotations

from pathlib import Path

from tasks.storage import releases
from tasks.storage.folders import data_folder
from tasks.storage.mirror import Mirror
from tasks.storage.objects import is_uri


def release_folder(release: str | Path, data: str | Path | None = None) -> Path:
    """The folder of a release: a path, or a version (or "latest") in a data folder. Raises LookupError.

    Of a release on object storage (`data`, or `release` as s3://bucket/folder/releases/latest) it is a copy on this
    machine, made anew where what lies there is no longer what was copied.
    """
    if is_uri(str(release)):
        data, _, release = str(release).rstrip("/").rpartition("/releases/")
    folder = Path(release)
    if not (folder / "manifest.json").exists():
        if data is not None and is_uri(str(data)):
            return Mirror(str(data)).release(str(release)).resolve()
        folder = data_folder(data) / "releases" / release
    if not (folder / "manifest.json").exists():
        raise LookupError(f"there is no release {str(release)!r}; looked for {folder}/manifest.json")
    return folder.resolve()


def versions(data: str | Path | None = None) -> list[str]:
    """The versions of the releases of a data folder, oldest first."""
    if data is not None and is_uri(str(data)):
        return Mirror(str(data)).versions()
    return [one.name for one in releases.all_of(data_folder(data) / "releases")]
