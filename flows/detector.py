"""The model that tells languages apart, unpacked once: packed as it comes, it takes half a second to begin.

Nothing comes in but the compiled resources; out comes py3langid ready to be asked. What cannot be read there is
unpacked again, and where nothing can be written it is unpacked each time.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from py3langid import langid, modelio

from tasks.storage.fingerprints import package_version
from tasks.storage.folders import resources_folder

# how the detector names what it is made of, in the order in which a model's file gives it
_PARTS = ("nb_ptc", "nb_pc", "nb_classes", "tk_nextmove", "tk_row", "tk_output")
_COUNTED = ("tk_nextmove", "tk_row")


def have_detector() -> None:
    """Have py3langid's model ready in this process."""
    if langid.IDENTIFIER is None:
        with suppress(OSError, ValueError, KeyError, EOFError, BadZipFile):
            langid.IDENTIFIER = _kept()
            return
        parts = dict(zip(_PARTS, modelio.load_model(langid.MODEL_DIR / langid.MODEL_FILE), strict=True))
        langid.IDENTIFIER = langid.LanguageIdentifier(**parts)
        with suppress(OSError):
            _keep({name: np.asarray(part) for name, part in parts.items()})


def _path() -> Path:
    return resources_folder() / f"languages-{package_version('py3langid')}.npz"


def _kept() -> langid.LanguageIdentifier:
    with np.load(_path(), allow_pickle=False) as file:
        parts = {name: file[name] for name in _PARTS}
    lists = {name: parts[name].tolist() for name in ("nb_classes", "tk_output")}
    # arrays of Python's own give their numbers faster than numpy's
    counted = {name: modelio._to_array(parts[name]) for name in _COUNTED}
    return langid.LanguageIdentifier(**{**parts, **lists, **counted})


def _keep(parts: dict[str, Any]) -> None:
    path = _path()
    draft = path.with_suffix(f".tmp-{os.getpid()}")
    with draft.open("wb") as file:
        np.savez(file, **parts)
    draft.replace(path)
