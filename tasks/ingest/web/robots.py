"""What a host lets robots read, by its robots.txt.

In come its bytes, out come answers. Lines that cannot be read forbid nothing; nothing is refused.
"""

from __future__ import annotations

import httpx
from protego import Protego

PRODUCT = "Sitrep"
"""The name by which robots.txt may speak of Sitrep alone."""
_LONGEST_PAUSE = 30.0


class Robots:
    """One host's rules for PRODUCT."""

    def __init__(self, content: bytes) -> None:
        self._rules = Protego.parse(content.decode("utf-8-sig", "replace"))

    def may_read(self, url: httpx.URL) -> bool:
        """Whether an address of the host may be read."""
        return bool(self._rules.can_fetch(str(url), PRODUCT))

    @property
    def pause(self) -> float:
        """Seconds that the host wants between two requests, up to half a minute."""
        return min(float(self._rules.crawl_delay(PRODUCT) or 0.0), _LONGEST_PAUSE)
