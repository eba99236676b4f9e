"""A data folder on object storage, and the copy of it that this machine works on.

In comes its URI. A run takes the lock there, brings its copy to what the storage holds, works on the copy as on any
local folder, and writes back what is new: first the files, each a new object, last the index, one object that lists
them all and that is only written where it is still the one that the run began from. So the storage holds what the last
run left that came so far, whatever is killed and whoever writes at once; what no index names is taken away later.
Refused is a run that another machine has overtaken.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TypeVar

from tasks.storage import damage, lease, manifests, releases
from tasks.storage.folders import home
from tasks.storage.index import NAME, Entry, Files, Index, Known
from tasks.storage.objects import MovedError, Objects, ObjectsError

_LOG = logging.getLogger("sitrep.store")
_LATEST = "releases/latest"
_AT_ONCE = 8
# what is written there, and swept; all else beside them is not ours
_OURS = ("_tables", "releases", "exports")
Item = TypeVar("Item")
Made = TypeVar("Made")


class OvertakenError(ObjectsError):
    """Another machine wrote since this one began."""


class Mirror:
    """A data folder on object storage; `folder` is its copy on this machine."""

    def __init__(self, uri: str) -> None:
        self.uri = uri.rstrip("/")
        place = home() / "data" / "_mirrors" / hashlib.sha256(self.uri.encode()).hexdigest()[:16]
        self.folder = place / "work"
        self._reading = place / "read" / "releases"
        self._known = Known(self.folder)

    @contextmanager
    def at_work(self, wait_seconds: float) -> Iterator[None]:
        """Hold the folder for writing, with the copy as the storage has it; what is new is written back at the end.

        Where the block ends in an error the copy keeps what was done, and the next run here goes on from that, unless
        another machine has written since.
        """
        objects = Objects(self.uri)
        with lease.leased(objects, wait_seconds):
            index = self._bring(objects)
            # who held the lock before, and is not as dead as it seemed, can write no more
            self._known.tag = index.write(objects)
            self._known.save()
            _sweep(objects, index)
            _lead(objects, index.files)
            yield
            self.save()

    def refresh(self) -> None:
        """Bring the copy to what the storage holds, for reading; nobody may be at work in it."""
        self._bring(Objects(self.uri))

    def save(self) -> None:
        """Write back what the copy has that the storage has not. Raises OvertakenError."""
        objects, known = Objects(self.uri), self._known.loaded()
        here = {path: known.entry(path) for path in _paths(self.folder)}
        if {path: entry.sha256 for path, entry in here.items()} == {p: e.sha256 for p, e in known.files.items()}:
            return
        taken = {entry.key for entry in known.files.values()}
        new: Files = {}
        for path, entry in here.items():
            before = known.files.get(path)
            if before is not None and before.sha256 == entry.sha256:
                here[path] = before
            else:
                new[path] = entry if path not in taken else entry.beside()
        # a folder of a release is whole where its manifest is
        for is_last in (False, True):
            group = [item for item in new.items() if (Path(item[0]).name == manifests.NAME) is is_last]
            written = _at_once(lambda one: self._uploaded(objects, *one), group)
            here |= {path: entry for (path, _), entry in zip(group, written, strict=True)}
        try:
            known.tag = Index(here, known.tag).write(objects)
        except MovedError as error:
            raise OvertakenError(
                f"{self.uri}: another machine has written there meanwhile; run it again, to go on from what that left"
            ) from error
        known.files = here
        known.save()
        _lead(objects, here)

    def versions(self) -> list[str]:
        """The versions of the releases there, oldest first."""
        return releases.in_order(_versions(Index.read(Objects(self.uri)).files))

    def release(self, version: str) -> Path:
        """A copy of a release as the storage holds it, by version or "latest". Raises LookupError.

        What is missing or spoiled there is for who reads the copy to tell, as in a local folder.
        """
        objects = Objects(self.uri)
        index = Index.read(objects)
        name = _newest(index.files) if version == "latest" else version
        files = {path: entry for path, entry in index.files.items() if path.startswith(f"releases/{name}/")}
        if name is None or not files:
            raise LookupError(f"there is no release {version!r} at {self.uri}")
        there = {one.name: one.tag for one in objects.list(f"releases/{name}")}
        told = repr(sorted((path, there.get(entry.key)) for path, entry in files.items()))
        folder, listing = self._reading / name, self._reading / f"{name}.listing"
        if folder.is_dir() and listing.is_file() and listing.read_text("utf-8") == told:
            return folder
        draft = self._reading / f"{releases.TEMPORARY}{os.getpid()}-{name}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        _at_once(lambda one: objects.download(one[1].key, draft / Path(one[0]).name), files.items())
        listing.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
        listing.write_text(told, "utf-8")
        return folder

    def _bring(self, objects: Objects) -> Index:
        """Bring the copy to the index where that has changed since; the index."""
        index, known = Index.read(objects), self._known.loaded()
        if index.tag is None:
            self._refuse_lost_index()
            _refuse_others(objects)
        if index.tag == known.tag and index.tag is not None:
            return index
        # until all is there, the copy is of no index
        known.tag = None
        known.save()
        here = {path: known.entry(path) for path in _paths(self.folder)}
        for path in here.keys() - index.files.keys():
            (self.folder / path).unlink()
            _remove_empty(self.folder, path)
        wanted = [(p, e) for p, e in index.files.items() if p not in here or here[p].sha256 != e.sha256]
        _at_once(lambda one: self._downloaded(objects, *one), wanted)
        known.tag, known.files = index.tag, index.files
        known.save()
        self.folder.joinpath("releases").mkdir(parents=True, exist_ok=True)
        if newest := _newest(index.files):
            releases.lead_to(self.folder / "releases", self.folder / "releases" / newest)
        return index

    def _refuse_lost_index(self) -> None:
        """Raise ObjectsError where the storage has forgotten what it held: the copy may be the last that there is."""
        if self._known.files:
            raise ObjectsError(
                f"{self.uri}: {NAME} is gone; put it back from a version before, or, to begin anew, move the copy in "
                f"{self.folder} away"
            )

    def _downloaded(self, objects: Objects, path: str, entry: Entry) -> bool:
        """Bring one file; what is missing there or spoiled is missing here, and found to be by those who look."""
        file = self.folder / path
        draft = file.with_name(f"{releases.TEMPORARY}{os.getpid()}-{file.name}")
        draft.parent.mkdir(parents=True, exist_ok=True)
        if objects.download(entry.key, draft) == entry.sha256:
            draft.replace(file)
            self._known.hashed(path, entry.sha256)
            return True
        _LOG.warning("%s/%s is missing or not what was written there", self.uri, entry.key)
        draft.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
        return False

    def _uploaded(self, objects: Objects, path: str, entry: Entry) -> Entry:
        """Write one file as a new object, under another name where a run that was killed left something else."""
        try:
            objects.upload(entry.key, self.folder / path)
        except MovedError:
            draft = self.folder / f"_{entry.sha256}.check"
            is_same = objects.download(entry.key, draft) == entry.sha256
            draft.unlink(missing_ok=True)
            if not is_same and entry.key == path:
                return self._uploaded(objects, path, entry.beside())
            if not is_same:
                raise
        return entry


def _paths(folder: Path) -> Iterator[str]:
    """The files that a data folder is made of, by path below it; links, drafts and what was put aside are of this
    machine alone."""
    for ours in _OURS:
        for top, folders, names in os.walk(folder / ours):
            folders[:] = sorted(name for name in folders if not name.startswith((releases.TEMPORARY, damage.ASIDE)))
            for name in sorted(names):
                file = Path(top, name)
                if not (name.startswith(releases.TEMPORARY) or name.endswith(".tmp") or file.is_symlink()):
                    yield file.relative_to(folder).as_posix()


def _at_once(do: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(threads.map(do, items))


def _remove_empty(folder: Path, path: str) -> None:
    """Remove the folders of a file that is gone, as far as nothing else is there."""
    for parent in (folder / path).parents:
        if parent == folder or any(parent.iterdir()):
            return
        parent.rmdir()


def _refuse_others(objects: Objects) -> None:
    """Raise ObjectsError where a folder without an index is not empty: it may be anybody's."""
    if others := [one.name for one in objects.list() if one.name != lease.NAME]:
        raise ObjectsError(
            f"{objects.uri}: holds {min(others)} and no {NAME}, so it is no data folder; give a folder of its own, or "
            f"put {NAME} back from a version before"
        )


def _sweep(objects: Objects, index: Index) -> None:
    """Take away what no index names and what is older than the index that has just been written.

    What is younger is of another machine, should that have taken the lock from this one since.
    """
    written = objects.listed(NAME)
    named = {_LATEST, *(entry.key for entry in index.files.values())}
    if written is None:
        return
    there = chain.from_iterable(map(objects.list, _OURS))
    if old := [one.name for one in there if one.name not in named and one.changed < written.changed]:
        objects.delete(old)


def _versions(files: Iterable[str]) -> set[str]:
    return {path.split("/")[1] for path in files if path.startswith("releases/")}


def _newest(files: Iterable[str]) -> str | None:
    return next(reversed(releases.in_order(_versions(files))), None)


def _lead(objects: Objects, files: Iterable[str]) -> None:
    """Make the object `releases/latest` name the newest release."""
    newest = _newest(files)
    told = objects.read(_LATEST)
    if newest is not None and (told is None or told[0].decode("utf-8", "replace").strip() != newest):
        objects.overwrite(_LATEST, f"{newest}\n".encode())
