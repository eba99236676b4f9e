"""What a document says of one event, as linking compares it, and several of these as one.

In come accounts; out comes their union, the same whichever comes first. Nothing is refused: what two accounts
contradict each other in is for `conflicts` to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from tasks.knowledge import event_types
from tasks.link.days import Span, meet
from tasks.link.rows import AHEAD, HAPPENED
from tasks.link.weights import WEIGHTS
from tasks.link.where import Where, narrower

MANY = 10**9
"""The upper end of a count without one."""


@dataclass(slots=True)
class Account:
    """One mention, or several that tell one event, of one document or more.

    `firm` is the span of the days that the texts give; `weak` of those that reports without a date leave open.
    `figures` maps what is counted to the hull of its counts; `counted` holds (what is counted, words of the count).
    `actors` and `recipients` hold sides, `doers` and `victims` words of the names of the persons among them, `targets`
    words for recipients that the register does not know. `wordings` are the content words of sentences; `positions`
    and `sentence` code points of the triggers and of the first sentence; `items` which of a list of reports it is of.
    """

    ids: tuple[str, ...]
    documents: frozenset[str]
    originals: frozenset[str]
    event_types: frozenset[str]
    statuses: frozenset[str]
    is_aggregate: bool
    firm: Span | None
    weak: Span | None
    where: Where
    actors: frozenset[str]
    recipients: frozenset[str]
    camps: frozenset[str]
    doers: frozenset[str]
    victims: frozenset[str]
    targets: frozenset[str]
    weapons: frozenset[str]
    figures: dict[str, tuple[int, int]]
    counted: frozenset[tuple[str, str]]
    wordings: tuple[frozenset[str], ...]
    positions: tuple[int, ...]
    sentence: int
    speaker: str | None
    has_own_setting: bool
    is_set_apart: bool
    items: frozenset[int]

    @property
    def id(self) -> str:
        """The smallest mention id."""
        return self.ids[0]

    @property
    def is_mutual(self) -> bool:
        """Both sides do it: which of them is named first means nothing."""
        return bool(self.event_types & event_types.mutual())

    @property
    def is_ahead(self) -> bool:
        """All of it is still to come."""
        return self.statuses <= AHEAD

    @property
    def has_happened(self) -> bool:
        """Some of it is told as a fact."""
        return bool(self.statuses & HAPPENED)

    @property
    def parties(self) -> frozenset[str]:
        """The sides on both sides."""
        return self.actors | self.recipients


def unite(one: Account, other: Account) -> Account:
    """The two as one: narrowest place, days that suit both, all parties, hull of the figures. Symmetric."""
    if other.id < one.id:
        one, other = other, one
    firm = meet(one.firm, other.firm)
    # inside a text a date given once holds for the undated sentences around it, however old the matter is
    is_dated_text = firm is not None and one.documents == other.documents
    return Account(
        ids=tuple(sorted((*one.ids, *other.ids))),
        documents=one.documents | other.documents,
        originals=one.originals | other.originals,
        event_types=one.event_types | other.event_types,
        statuses=one.statuses | other.statuses,
        is_aggregate=one.is_aggregate,
        firm=firm,
        weak=None if is_dated_text else meet(one.weak, other.weak),
        where=narrower(one.where, other.where),
        actors=one.actors | other.actors,
        recipients=one.recipients | other.recipients,
        camps=one.camps | other.camps,
        doers=one.doers | other.doers,
        victims=one.victims | other.victims,
        targets=one.targets | other.targets,
        weapons=one.weapons | other.weapons,
        figures=_hulls(one.figures, other.figures),
        counted=one.counted | other.counted,
        wordings=_longest({*one.wordings, *other.wordings}),
        positions=tuple(sorted((*one.positions, *other.positions))),
        sentence=min(one.sentence, other.sentence),
        speaker=one.speaker if one.speaker == other.speaker else None,
        has_own_setting=one.has_own_setting or other.has_own_setting,
        is_set_apart=one.is_set_apart and other.is_set_apart,
        items=one.items | other.items,
    )


def united(accounts: Iterable[Account]) -> Account:
    """All as one, in the order given, on which the place and days of the union may hang."""
    return reduce(unite, accounts)


def _hulls(ours: dict[str, tuple[int, int]], theirs: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    hulls = dict(ours)
    for count, (low, high) in theirs.items():
        mine = hulls.get(count, (low, high))
        hulls[count] = min(mine[0], low), max(mine[1], high)
    return hulls


def _longest(wordings: set[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """The wordings to keep, the longest first; of equals in length the first by alphabet."""
    in_order = sorted(wordings, key=lambda words: (-len(words), sorted(words)))
    return tuple(in_order[: WEIGHTS.wordings_kept])
