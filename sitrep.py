"""Sitrep for Python: `sitrep.read("data/releases/latest").incidents` is a data frame.

All else is the command line (`sitrep --help`) and its flows.
"""

from tasks.reading.frames import Release, read

__all__ = ["Release", "read"]
