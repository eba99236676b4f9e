"""What a document says of one event, with what its story needs to know beside.

In come an account, its mentions (rows of `resolved_mentions`) and the day on which the document was published; out
comes a Telling. Nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from tasks.knowledge import event_types
from tasks.language.name_keys import name_key
from tasks.link.accounts import Account
from tasks.link.read_accounts import has_own_day, has_own_place
from tasks.link.rows import Row
from tasks.link.weights import WEIGHTS
from tasks.link.words import BRINGS_IN, CLAUSE_ENDS, NO_TARGETS, TAKES_UP

# what `tell` asks of a mention
TOLD_COLUMNS = (
    *("mention_id", "document_id", "sentence_text", "sentence_start", "trigger_start", "actors", "recipients"),
    *("place_text", "place_rule_id", "date_text", "date_rule_id", "date_end"),
)

Reference = Literal["taken_up", "brought_in", "bare"]
"""How a text refers to an event: "the attack", "an attack", "attacked"."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One account of a document as a part of its story.

    `kind` is its closest event type; `names` the words of all parties' names; `is_background`, that its own words put
    it long before the document; `sentences` are its sentences by where they begin, `ranks` their numbers among all
    sentences of the document that tell of something, in ascending order.
    """

    account: Account
    kind: str
    has_own_place: bool
    has_own_day: bool
    is_background: bool
    reference: Reference
    actor_names: frozenset[str]
    recipient_names: frozenset[str]
    sentences: Mapping[int, str]
    ranks: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """The account's id."""
        return self.account.id

    @property
    def names(self) -> frozenset[str]:
        """Words of the names on both sides."""
        return self.actor_names | self.recipient_names


def tell(rows: Sequence[Row], account: Account, published: date | None) -> Telling:
    """The telling of mentions that are one account, in any order."""
    first = min(rows, key=lambda row: (row["trigger_start"], row["mention_id"]))
    return Telling(
        account=account,
        kind=min(account.event_types, key=lambda code: (-event_types.specificity(code), code)),
        has_own_place=any(has_own_place(row) for row in rows),
        has_own_day=any(has_own_day(row) for row in rows),
        is_background=any(_is_long_before(row, published) for row in rows),
        reference=_reference(first),
        actor_names=_names(rows, "actors"),
        recipient_names=_names(rows, "recipients"),
        sentences={row["sentence_start"]: row["sentence_text"] for row in rows},
    )


def ranked(told: Sequence[Telling]) -> list[Telling]:
    """The tellings of one document, with their ranks."""
    starts = sorted({start for one in told for start in one.sentences})
    rank = {start: number for number, start in enumerate(starts)}
    return [replace(one, ranks=tuple(sorted(rank[start] for start in one.sentences))) for one in told]


def _is_long_before(row: Row, published: date | None) -> bool:
    if not has_own_day(row) or published is None or row["date_end"] is None:
        return False
    return bool((published - row["date_end"]).days > WEIGHTS.background_days)


def _reference(row: Row) -> Reference:
    """By the words between the last end of a clause and the trigger."""
    before = row["sentence_text"][: max(0, row["trigger_start"] - row["sentence_start"])]
    words = CLAUSE_ENDS.split(before.casefold())[-1].split()[-WEIGHTS.reference_words :]
    if any(word in TAKES_UP for word in words):
        return "taken_up"
    return "brought_in" if any(word in BRINGS_IN for word in words) else "bare"


_WORD = re.compile(r"[^\W\d_]{3,}")


def _names(rows: Sequence[Row], side: str) -> frozenset[str]:
    texts = (text for row in rows for party in row[side] for text in (party["text"], party["label"]) if text)
    return frozenset[str]().union(*map(_words, texts))


@lru_cache(maxsize=20_000)
def _words(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(name_key(name))) - NO_TARGETS
