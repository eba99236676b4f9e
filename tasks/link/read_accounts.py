"""Resolved mentions as accounts, one each.

In come MENTION_COLUMNS of `resolved_mentions`, the reports and the register of actors; out comes an Account a row.
A mention of a document that is not in `documents` is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from sys import intern
from typing import Any, TypeVar

import pyarrow as pa

from tasks.knowledge import actor_types, event_types
from tasks.language.name_keys import name_key
from tasks.link.accounts import MANY, Account
from tasks.link.days import read_days
from tasks.link.reports import Report, Reports
from tasks.link.rows import Register, Row
from tasks.link.weights import WEIGHTS
from tasks.link.where import name_words, read_where
from tasks.link.words import ANOTHER_MATTER, NEW_ONES, NO_TARGETS
from tasks.tables import HOW_MANY, KIND, STATUS, WHEN, WHERE

MENTION_COLUMNS = (
    *("mention_id", "document_id", "sentence_text", "sentence_start", "trigger_start", "actors", "recipients"),
    *(column.name for column in (*KIND, *STATUS, *WHEN, *WHERE, *HOW_MANY)),
    "speaker_text",
)

_WORD = re.compile(r"[^\W_]+")
# counts with columns of their own, whoever suffered them
_CASUALTIES = ("killed", "injured", "captured")

# rules of places that the sentences around lend
_LENT = ("paragraph", "document", "title")

Value = TypeVar("Value")


class UnknownDocumentError(ValueError):
    """A mention belongs to a document that `documents` does not hold."""


@lru_cache(maxsize=20_000)
def content_words(text: str) -> frozenset[str]:
    """Words of WEIGHTS.word_letters or more and all numbers: what two sentences must share to share their wording."""
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    # one string a word, however many sentences share it: linking holds them all at once
    words = _WORD.findall(text.casefold())
    return frozenset(intern(word) for word in words if len(word) >= WEIGHTS.word_letters or word.isdigit())


def read_accounts(mentions: Iterable[pa.Table], reports: Reports, actors: Register) -> Iterator[Account]:
    """One Account a row of the tables (MENTION_COLUMNS of `resolved_mentions`), in their order.

    Raises UnknownDocumentError where a mention's document is not among the reports.
    """
    return (account for _, account in rows_and_accounts(mentions, reports, actors))


def rows_and_accounts(
    mentions: Iterable[pa.Table], reports: Reports, actors: Register
) -> Iterator[tuple[Row, Account]]:
    """As `read_accounts`, each with the row that it was read from."""
    sides: dict[str, str] = {}
    shared: dict[Any, Any] = {}

    def side(actor_id: str) -> str:
        if actor_id not in sides:
            sides[actor_id] = actors.side(actor_id) or actor_id
        return sides[actor_id]

    for row in _rows(mentions):
        report = reports.get(row["document_id"])
        if report is None:
            raise UnknownDocumentError(
                f"mention {row['mention_id']} of resolved_mentions names document {row['document_id']}, "
                "which documents does not hold"
            )
        yield row, _account(row, report, side, shared)


def _rows(mentions: Iterable[pa.Table]) -> Iterator[Row]:
    for part in mentions:
        columns = [part.column(name).to_pylist() for name in MENTION_COLUMNS]
        yield from (dict(zip(MENTION_COLUMNS, values, strict=True)) for values in zip(*columns, strict=True))


def _account(row: Row, report: Report, side: Callable[[str], str], shared: dict[Any, Any]) -> Account:
    """The account of a row.

    `shared` holds the values of the accounts before: what is equal is held once, however many accounts have it.
    """

    def share(value: Value) -> Value:
        found: Value = shared.setdefault(value, value)
        return found

    firm, weak = read_days(row, report)
    doing, suffering = _parties(row)
    figures = _figures(row)
    return Account(
        ids=(row["mention_id"],),
        documents=share(frozenset((row["document_id"],))),
        originals=share(frozenset((report.original_id,))),
        event_types=share(frozenset((row["event_type_code"],))),
        statuses=share(frozenset((row["status_code"],))),
        is_aggregate=row["is_aggregate"],
        firm=share(firm),
        weak=share(weak),
        where=share(read_where(row)),
        actors=share(_sides(doing, side)),
        recipients=share(_sides(suffering, side)),
        camps=share(frozenset(camp for party in doing if (camp := _camp(party["actor_type_code"])))),
        doers=share(_people(doing)),
        victims=share(_people(suffering)),
        targets=share(_targets(row)),
        weapons=share(frozenset((row["weapon_code"],) if row["weapon_code"] else ())),
        figures=shared.setdefault(("figures", *figures.items()), figures),
        counted=share(frozenset((number["kind_code"], name_key(number["text"])) for number in row["numbers"])),
        wordings=(_wording(row),),
        positions=(row["trigger_start"],),
        sentence=row["sentence_start"],
        speaker=share(name_key(row["speaker_text"])) if row["speaker_text"] else None,
        has_own_setting=has_own_day(row) or has_own_place(row),
        is_set_apart=_is_set_apart(row),
    )


def _parties(row: Row) -> tuple[Sequence[Row], Sequence[Row]]:
    """Who did it and to whom; who was handed a place is the one who took it over."""
    doing, suffering = event_types.roles_of_control(row["event_type_code"]) or ("actors", "recipients")
    return row[doing], row[suffering]


def _sides(parties: Sequence[Row], side: Callable[[str], str]) -> frozenset[str]:
    return frozenset(side(party["actor_id"]) for party in parties if party["actor_id"])


def _people(parties: Sequence[Row]) -> frozenset[str]:
    """Words of the names of persons: known ones, and others written like a name (Nawab Khan, not Shia Muslims)."""
    words: set[str] = set()
    for party in parties:
        name = party["label"] or party["text"]
        if party["actor_id"]:
            if "person" in party["actor_id"].split("."):
                words.update(name_key(name).split())
        elif len(parts := name.split()) > 1 and all(part[0].isupper() for part in parts) and parts[-1][-1] != "s":
            words.update(name_key(name).split())
    return frozenset(words)


def _targets(row: Row) -> frozenset[str]:
    """What was hit, in words that tell one target from others: school, market, pilgrims; people and numbers do not."""
    words = content_words(" ".join(party["text"] for party in row["recipients"] if not party["actor_id"]))
    place = name_words(f"{row['place_text'] or ''} {row['place_label'] or ''}")
    return frozenset(intern(word.removesuffix("s")) for word in words - place - NO_TARGETS if not word.isdigit())


def _camp(actor_type: str | None) -> str | None:
    """The camp of an actor type where it is one of the two that fight each other, a state's or an armed group's."""
    camp = None if actor_type is None else actor_types.actor_type(actor_type).camp_code
    return camp if camp in ("state", "armed_group") else None


def _wording(row: Row) -> frozenset[str]:
    """The sentence's words but for place, date and parties, which are compared by what they mean."""
    parties = (party["text"] for role in ("actors", "recipients") for party in row[role])
    said = " ".join(text for text in (row["place_text"], row["place_label"], row["date_text"], *parties) if text)
    return content_words(row["sentence_text"]) - content_words(said)


def _figures(row: Row) -> dict[str, tuple[int, int]]:
    """Bounds by what is counted: casualties, else the number's kind and side; an open end is 0 or MANY."""
    figures: dict[str, tuple[int, int]] = {}
    for count in _CASUALTIES:
        low, high = row[count + "_low"], row[count + "_high"]
        if low is not None or high is not None:
            figures[count] = (low or 0, MANY if high is None else high)
    for number in row["numbers"]:
        kind, low, high = number["kind_code"], number["low"], number["high"]
        if kind not in _CASUALTIES and (low is not None or high is not None):
            figures.setdefault(f"{kind} {number['side_code'] or ''}", (low or 0, MANY if high is None else high))
    return figures


def has_own_day(row: Row) -> bool:
    """A day in its own sentence, not one that the sentences before lend it."""
    return bool(row["date_text"]) and not (row["date_rule_id"] or "").startswith("narrative:")


def has_own_place(row: Row) -> bool:
    """A place in its own sentence, not one that the sentences before lend it."""
    return bool(row["place_text"]) and (row["place_rule_id"] or "").split(":")[0] not in _LENT


def _is_set_apart(row: Row) -> bool:
    """The words right before the trigger say that this is not the event told before.

    Example: "a second bomb", "another attack". "Another five people died" adds to a count and sets nothing apart, hence
    the look at numbers. "The other bomb" is another than the one told before. "Hours earlier a car bomb exploded" and
    "Elsewhere in the city" open another matter.
    """
    before = row["sentence_text"][: max(0, row["trigger_start"] - row["sentence_start"])]
    if ANOTHER_MATTER.match(before):
        return True
    words = _WORD.findall(before.casefold())[-3:]
    for place, word in enumerate(words):
        if word in NEW_ONES:
            return not any(follower.isdigit() for follower in words[place + 1 :])
        if word == "other" and words[place - 1 : place] == ["the"] and len(words) - place <= 2:
            return True
    return False
