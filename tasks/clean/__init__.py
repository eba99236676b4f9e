"""Clean: one report as plain text, its boilerplate out, its date and language known, near-copies marked.

In come rows of `raw_documents`, out come rows of `documents`, whose offsets are frozen from here on, and of `rejects`.
A report in which no text is left is refused with its reason.
"""

from tasks.clean.copies import band_rows, mark_copies, mark_revisions, to_compare
from tasks.clean.documents import clean_documents

__all__ = ["band_rows", "clean_documents", "mark_copies", "mark_revisions", "to_compare"]
