"""Extract: what each sentence says of events, as written.

In come cleaned documents and the vocabularies, out come mentions with character offsets, and the parses that were
new. A sentence in which nothing fires gives no row; nothing is refused.
"""

from tasks.extract.documents import DocumentReading, extract_documents
from tasks.extract.extractor import Extractor

__all__ = ["DocumentReading", "Extractor", "extract_documents"]
