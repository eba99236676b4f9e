"""Feeds, pages and sitemaps: addresses of the web, fetched politely and handed on as files.

In come addresses as typed, or rows of `seeds/sources.csv`, out come files in a fixed order. What may not be fetched,
or does not answer, is refused with its reason; what a fetched file holds is the business of its format.
"""

from tasks.ingest.web.addresses import is_address
from tasks.ingest.web.asked import Asked, asked
from tasks.ingest.web.fetch import Kept, Shelf, fetched
from tasks.ingest.web.visitor import Clock, Limits, Visitor

__all__ = ["Asked", "Clock", "Kept", "Limits", "Shelf", "Visitor", "asked", "fetched", "is_address"]
