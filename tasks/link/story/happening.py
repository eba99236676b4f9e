"""What a document knows of one happening, all that it tells of it taken together: a row of `happenings`.

In come the tellings of a document in groups, one a happening, with the names in the document; out come rows that
`incidents` compares across documents. Where tellings differ, what most of them say in their own words counts. The main
happening of a document, the one in its lead, is known by all names of sentences that tell of no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from tasks.knowledge import event_types
from tasks.link.days import FAR_OFF, LONG_AGO, Span
from tasks.link.reports import Report
from tasks.link.story.names import Names, names_of_sentence
from tasks.link.story.telling import Telling
from tasks.link.weights import WEIGHTS
from tasks.link.where import ADMIN1, Where

Groups = Sequence[Sequence[Telling]]

Value = TypeVar("Value")


def happening_rows(groups: Groups, report: Report, names: Names | None) -> list[dict[str, Any]]:
    """Rows of `happenings`, one a group. `names`: those of the whole document, None where its text is not at hand."""
    main = min(range(len(groups)), key=lambda number: _rank(groups[number]), default=None)
    own = [_names(told, names) for told in groups]
    rows = []
    for number, told in enumerate(groups):
        found = set(own[number])
        if number == main and names:
            elsewhere = Counter(name for other, theirs in enumerate(own) if other != main for name in theirs)
            found |= {name for name, times in names.items() if times > elsewhere[name]}
        rows.append(_row(told, report, found, number == main))
    return rows


def _rank(told: Sequence[Telling]) -> tuple[bool, int, tuple[int, ...]]:
    start = min(min(one.sentences) for one in told)
    positions = min(one.account.positions for one in told)
    return start >= WEIGHTS.lead_reach, -sum(len(one.account.ids) for one in told), positions


def _names(told: Sequence[Telling], names: Names | None) -> list[str]:
    sentences = {start: text for one in told for start, text in one.sentences.items()}
    return [name for _, text in sorted(sentences.items()) for name in names_of_sentence(text, names)]


def _row(told: Sequence[Telling], report: Report, names: Iterable[str], is_main: bool) -> dict[str, Any]:
    days, where = _days(told), _where(told)
    first, last = days or (None, None)
    return {
        "happening_id": min(one.id for one in told),
        "document_id": report.document_id,
        "event_type_codes": _types(told),
        "first_day": None if first == LONG_AGO else first,
        "last_day": None if last == FAR_OFF else last,
        "is_dated": any(one.has_own_day and one.account.firm for one in told),
        "published_day": report.published.toordinal() if report.published else None,
        "place_rank": where.rank,
        "country_code": where.country,
        "admin1": where.admin1,
        "admin2": where.admin2,
        "place_id": where.place_id,
        "latitude": where.latitude,
        "longitude": where.longitude,
        "killed": _toll(told, "killed"),
        "injured": _toll(told, "injured"),
        "is_main": is_main,
        "names": sorted(names),
    }


def _types(told: Sequence[Telling]) -> list[str]:
    """All event types, in the order in which they head an incident."""
    order = {code: rank for rank, code in enumerate(event_types.incident_classes())}
    return sorted({one.kind for one in told}, key=order.__getitem__)


def _days(told: Sequence[Telling]) -> Span | None:
    """The days that most give in their own words, else that the text lends most, else those left open."""
    own = [one.account.firm for one in told if one.account.firm and one.has_own_day]
    lent = [one.account.firm for one in told if one.account.firm]
    left_open = [one.account.weak for one in told if one.account.weak]
    spans = own or lent or left_open
    return _most(spans, lambda span: (span[1] - span[0], span)) if spans else None


def _where(told: Sequence[Telling]) -> Where:
    """The place that most name in their own words; a province or finer before a country, of equals the finer."""
    own = [one.account.where for one in told if one.has_own_place]
    known = [where for where in own or [one.account.where for one in told] if where.rank]
    exact = [where for where in known if where.rank >= ADMIN1]
    places = exact or known or [one.account.where for one in told]
    return _most(places, lambda where: (-where.rank, where.place_id or "", sorted(where.name)))


def _most(values: Sequence[Value], order: Callable[[Value], Any]) -> Value:
    """The most frequent, of equals the first in order."""
    if len(values) == 1:
        return values[0]
    times = Counter(values)
    return min(times, key=lambda value: (-times[value], order(value)))


def _toll(told: Sequence[Telling], count: str) -> int | None:
    """The largest lower bound."""
    return max((one.account.figures[count][0] for one in told if count in one.account.figures), default=None)
