"""Sitrep's work: one module a stage, and what the stages share (tables, store, vocabularies, gazetteer, dates)."""

from __future__ import annotations

from pathlib import Path


def is_installed() -> bool:
    """Whether this runs from a wheel, which holds `seeds/` inside this package, and not from its checkout."""
    return (Path(__file__).resolve().parent / "seeds").is_dir()
