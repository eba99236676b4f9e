"""Ingest: the outside, read exactly as it is.

In come paths of files, folders and globs, out come rows of `raw_documents`, bytes kept and hashed, nothing repaired.
What cannot be read becomes a row of `rejects` with its reason, and the rest goes on.
"""

from tasks.ingest.naming import MappingError, Naming, mapping_of
from tasks.ingest.read import SourceError, read

__all__ = ["MappingError", "Naming", "SourceError", "mapping_of", "read"]
