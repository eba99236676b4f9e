"""What a new release leaves out of the one before it, and why.

In come the ids of the documents of the release before and of the new one, and for each possible reason the documents
that it holds for; out come the missing documents by reason. A document for which no reason holds is refused: a release
does not shrink without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from tasks.storage.checks import StoreError

Reason = tuple[str, Callable[[], Collection[str]]]
"""What is said of documents, and the documents of which it may be said, looked up only where it is needed."""


def documents_gone(
    release: str, before: Iterable[str], now: Collection[str], reasons: Iterable[Reason]
) -> dict[str, int]:
    """How many documents of the release before are missing now, by the first reason that holds for each.

    Raises StoreError where none holds for some.
    """
    missing, found = set(before) - set(now), {}
    for reason, holds_for in reasons:
        if not missing:
            break
        explained = missing & set(holds_for())
        if explained:
            found[reason] = len(explained)
            missing -= explained
    if missing:
        raise StoreError(
            f"{len(missing)} documents of release {release}, the first {min(missing)}, are no longer in the table "
            "documents, and nothing tells why; nothing is published. Run `sitrep clean --full` and publish again"
        )
    return found
