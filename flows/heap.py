"""How often Python looks through what a process holds for circles that nothing refers to.

A stage holds millions of objects, model, vocabularies and register, that live as long as it does. To look through them
again and again took a tenth of a run. Nothing comes in and nothing is refused.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# new objects until it looks at them, for Python's 700: a document's parses alone are tens of thousands
_NEW_OBJECTS = 20_000


@contextmanager
def lasting() -> Iterator[None]:
    """What there is need not be looked through while the block lasts, and what is new more seldom."""
    before = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS, *before[1:])
    keep()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def keep() -> None:
    """What has been made by now lasts until the block of `lasting` ends."""
    gc.freeze()
