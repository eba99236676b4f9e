"""Resolved mentions as accounts, one each.

In come MENTION_COLUMNS of `resolved_mentions`, the reports and the register of actors; out comes an Account a row.
A mention of a document that is not in `documents` is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from functools import lru_cache
from sys import intern
from typing import Any, TypeVar

import pyarrow as pa

from tasks.knowledge import actor_types, event_types
from tasks.language.name_keys import name_key
from tasks.link.accounts import MANY, Account
from tasks.link.columns import Columns
from tasks.link.days import read_days
from tasks.link.reports import Report, Reports
from tasks.link.rows import Register, Row
from tasks.link.weights import WEIGHTS
from tasks.link.where import PLACE_COLUMNS, name_words, read_where
from tasks.link.words import ANOTHER_MATTER, NEW_ONES, NO_TARGETS
from tasks.tables import HOW_MANY, KIND, STATUS, WHEN, WHERE

MENTION_COLUMNS = (
    *("mention_id", "document_id", "sentence_text", "sentence_start", "trigger_start", "actors", "recipients"),
    *(column.name for column in (*KIND, *STATUS, *WHEN, *WHERE, *HOW_MANY)),
    *("speaker_text", "item"),
)

_WORD = re.compile(r"[^\W_]+")
# of a text in ASCII, the words that count, at once
_PLAIN_WORD = re.compile(rf"[a-z0-9]{{{WEIGHTS.word_letters},}}|(?<![a-z0-9])[0-9]+(?![a-z0-9])")
# counts with columns of their own, whoever suffered them
_CASUALTIES = ("killed", "injured", "captured")
_BOUNDS = [f"{count}_{end}" for count in _CASUALTIES for end in ("low", "high")]
# what `read_days` asks, and whether a sentence has a day or place of its own
_DAYS = ("date_start", "date_end", "date_basis_code", "status_code")
_OWN_SETTING = ("date_text", "date_rule_id", "place_text", "place_rule_id")

# of an account, what its parties tell
_OF_PARTIES = ("actors", "recipients", "camps", "doers", "victims")

# characters before a trigger that as a rule hold more than three words
_TAIL = 60

# rules of places that the sentences around lend
_LENT = ("paragraph", "document", "title", "dateline")

Value = TypeVar("Value")


class UnknownDocumentError(ValueError):
    """A mention belongs to a document that `documents` does not hold."""


@lru_cache(maxsize=20_000)
def content_words(text: str) -> frozenset[str]:
    """Words of WEIGHTS.word_letters or more and all numbers: what two sentences must share to share their wording."""
    # one string a word, however many sentences share it: linking holds them all at once
    if text.isascii():
        return frozenset(map(intern, _PLAIN_WORD.findall(text.lower())))
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    words = _WORD.findall(plain.casefold())
    return frozenset(intern(word) for word in words if len(word) >= WEIGHTS.word_letters or word.isdigit())


def read_accounts(mentions: Iterable[pa.Table], reports: Reports, actors: Register) -> Iterator[Account]:
    """One Account a row of the tables (MENTION_COLUMNS of `resolved_mentions`), in their order.

    Each table is to have no more rows than are to be Python objects at once. Raises UnknownDocumentError where a
    mention's document is not among the reports.
    """
    reader = _Reader(reports, actors)
    for part in mentions:
        yield from reader.accounts(Columns(part))


class _Reader:
    """Reads accounts; what is equal is held once, however many accounts have it."""

    def __init__(self, reports: Reports, actors: Register) -> None:
        self._reports, self._actors = reports, actors
        self._sides: dict[str, str] = {}
        self._shared: dict[Any, Any] = {}

    def accounts(self, of: Columns) -> Iterator[Account]:
        """The accounts of rows. What stands in many of them, such as a place or the parties, is read once."""
        reports = self._of_rows(of)
        starts, triggers = of.values("sentence_start"), of.values("trigger_start")
        told = list(zip(of.values("sentence_text"), starts, triggers, strict=True))
        lent = of.each(_lent_words, ["place_text", "place_label", "date_text", "actors", "recipients"])
        days = zip(*(of.values(name) for name in _DAYS), reports, strict=True)
        spans = [read_days(dict(zip(_DAYS, row, strict=False)), row[-1]) for row in days]
        parties = of.each(self._parties, ["event_type_code", "actors", "recipients"])
        columns = {
            "ids": zip(of.values("mention_id"), strict=True),
            "documents": self._codes(of, "document_id"),
            "originals": (self._share(frozenset((report.original_id,))) for report in reports),
            "event_types": self._codes(of, "event_type_code"),
            "statuses": self._codes(of, "status_code"),
            "is_aggregate": of.values("is_aggregate"),
            "firm": (self._share(firm) for firm, _ in spans),
            "weak": (self._share(weak) for _, weak in spans),
            "where": of.each(lambda row: self._share(read_where(row)), PLACE_COLUMNS),
            **{name: [one[place] for one in parties] for place, name in enumerate(_OF_PARTIES)},
            "targets": of.each(lambda row: self._share(_targets(row)), ["recipients", "place_text", "place_label"]),
            "weapons": self._codes(of, "weapon_code"),
            "figures": of.each(self._figures, [*_BOUNDS, "numbers"]),
            "counted": of.each(lambda row: self._share(_counted(row)), ["numbers"]),
            "wordings": ((content_words(text) - words,) for (text, *_), words in zip(told, lent, strict=True)),
            "positions": zip(triggers, strict=True),
            "sentence": starts,
            "speaker": of.each(
                lambda row: name_key(row["speaker_text"]) if row["speaker_text"] else None, ["speaker_text"]
            ),
            "has_own_setting": of.each(lambda row: has_own_day(row) or has_own_place(row), _OWN_SETTING),
            "items": of.each(lambda row: self._share(frozenset(filter(None, row.values()))), ["item"]),
            "is_set_apart": (_is_set_apart(text[: max(0, trigger - start)]) for text, start, trigger in told),
        }
        return (Account(*values) for values in zip(*(columns[field.name] for field in fields(Account)), strict=True))

    def _codes(self, of: Columns, name: str) -> list[frozenset[str]]:
        return of.each(lambda row: self._share(frozenset(filter(None, row.values()))), [name])

    def _share(self, value: Value) -> Value:
        found: Value = self._shared.setdefault(value, value)
        return found

    def _of_rows(self, of: Columns) -> list[Report]:
        ids = of.values("document_id")
        try:
            return [self._reports[document_id] for document_id in ids]
        except KeyError as error:
            mention_id = of.values("mention_id")[ids.index(error.args[0])]
            raise UnknownDocumentError(
                f"mention {mention_id} of resolved_mentions names document {error.args[0]}, "
                "which documents does not hold"
            ) from None

    def _parties(self, row: Row) -> list[frozenset[str]]:
        """_OF_PARTIES of who did it and to whom; who was handed a place is the one who took it over."""
        roles = event_types.roles_of_control(row["event_type_code"]) or ("actors", "recipients")
        doing, suffering = (row[role] for role in roles)
        camps = frozenset(camp for party in doing if (camp := _camp(party["actor_type_code"])))
        found = (self._sides_of(doing), self._sides_of(suffering), camps, _people(doing), _people(suffering))
        return [self._share(words) for words in found]

    def _sides_of(self, parties: Sequence[Row]) -> frozenset[str]:
        return frozenset(self._side(party["actor_id"]) for party in parties if party["actor_id"])

    def _side(self, actor_id: str) -> str:
        if actor_id not in self._sides:
            self._sides[actor_id] = self._actors.side(actor_id) or actor_id
        return self._sides[actor_id]

    def _figures(self, row: Row) -> dict[str, tuple[int, int]]:
        figures = _figures(row)
        found: dict[str, tuple[int, int]] = self._shared.setdefault(("figures", *figures.items()), figures)
        return found


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


def _lent_words(row: Row) -> frozenset[str]:
    """The words of place, date and parties, which are compared by what they mean, not as words of a sentence."""
    parties = (party["text"] for role in ("actors", "recipients") for party in row[role])
    said = " ".join(text for text in (row["place_text"], row["place_label"], row["date_text"], *parties) if text)
    return content_words(said)


def _counted(row: Row) -> frozenset[tuple[str, str]]:
    return frozenset((number["kind_code"], name_key(number["text"])) for number in row["numbers"])


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


def _is_set_apart(before: str) -> bool:
    """The words right before the trigger say that this is not the event told before.

    Example: "a second bomb", "another attack". "Another five people died" adds to a count and sets nothing apart, hence
    the look at numbers. "The other bomb" is another than the one told before. "Hours earlier a car bomb exploded" and
    "Elsewhere in the city" open another matter.
    """
    if ANOTHER_MATTER.match(before):
        return True
    # more than three words at the end are three whole ones
    words = _WORD.findall(before[-_TAIL:].casefold())
    if len(words) <= 3 and len(before) > _TAIL:
        words = _WORD.findall(before.casefold())
    words = words[-3:]
    for place, word in enumerate(words):
        if word in NEW_ONES:
            return not any(follower.isdigit() for follower in words[place + 1 :])
        if word == "other" and words[place - 1 : place] == ["the"] and len(words) - place <= 2:
            return True
    return False
