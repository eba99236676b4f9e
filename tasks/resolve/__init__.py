"""Resolve: words become dates, places, actors, numbers and codes, never more precise than the text.

In come mentions as written with their documents' dates, out come resolved mentions. A word that nothing knows keeps
its text and a null id, and the release report counts it; nothing is refused.
"""

from tasks.resolve.documents import resolve_document, resolve_mentions
from tasks.resolve.model import ResolvedMention
from tasks.resolve.resolver import Resolver

__all__ = ["ResolvedMention", "Resolver", "resolve_document", "resolve_mentions"]
