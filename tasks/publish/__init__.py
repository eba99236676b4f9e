"""Publish: the tables of a release, its codebook, its report, its descriptions and its exports.

In come the tables of the stages and the vocabularies, out come frames and texts; the store writes them. Nothing is
refused here.
"""

from tasks.publish.codebook import codebook
from tasks.publish.described import LICENCE_FILE, descriptions, licence
from tasks.publish.exports import exported
from tasks.publish.release_tables import DOCUMENT_COLUMNS, current_documents, release_tables
from tasks.publish.report import report

__all__ = [
    "DOCUMENT_COLUMNS",
    "LICENCE_FILE",
    "codebook",
    "current_documents",
    "descriptions",
    "exported",
    "licence",
    "release_tables",
    "report",
]
