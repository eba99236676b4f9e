"""Extract: what each sentence says of events, as written.

In come cleaned documents and the vocabularies, out come mentions with character offsets, and the parses that were
new. A sentence in which nothing fires gives no row; nothing is refused.
"""

from tasks.extract.coder import Extractor, extract_documents

__all__ = ["Extractor", "extract_documents"]
