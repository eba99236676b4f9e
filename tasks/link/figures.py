"""Counts of people over the mentions of one event.

In come the mentions of an event; out come the bounds of a count and the figure to show for it. What nobody states is
null, never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import Any

from tasks.language.name_keys import name_key
from tasks.link.reports import Reports
from tasks.link.rows import Row

Bounds = tuple[int | None, int | None]

# "soldiers were killed": two at least, which is how a bare plural is read and not a figure that anybody gave
_BARE_PLURAL = (2, None)
# "several", "many": of them no more is known than that
_FEW = 4


def bounds(mentions: Sequence[Row], count: str) -> Bounds:
    """(low, high) of `killed`, `injured` or `captured` over the mentions of one event.

    In a document each voice gives its largest figure: "ten died, three of them children" are ten. What the voices and
    documents give so are claims, for `whole` to unite.
    """
    largest: dict[tuple[str, str | None], Bounds] = {}
    for mention in mentions:
        low, high = mention[count + "_low"], mention[count + "_high"]
        if low is not None or high is not None:
            voice = mention["document_id"], mention["speaker_text"]
            largest[voice] = max(largest.get(voice, (low, high)), (low, high), key=_size)
    return whole(list(largest.values()))


def casualties(rows: Sequence[Row], voice_of: Callable[[Row], Hashable]) -> list[dict[str, Any]]:
    """The entries of `casualties` of mentions or events as one, by kind and group: as `bounds` unites the flat counts,
    with the words of the largest. `voice_of`: by whose word a row stands."""
    largest: dict[tuple[str, str], dict[Hashable, dict[str, Any]]] = {}
    for row in rows:
        for entry in row["casualties"]:
            of_key, voice = largest.setdefault((entry["kind_code"], entry["group_code"]), {}), voice_of(row)
            of_key[voice] = max([of_key.get(voice, entry), entry], key=_size_of)
    found = []
    for key in sorted(largest):
        entries = list(largest[key].values())
        low, high = whole([(entry["low"], entry["high"]) for entry in entries])
        most = max(entries, key=_size_of)
        found.append({**most, "low": low, "high": high})
    return found


def casualty_names(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The entries of `casualty_names` of mentions or events as one, by kind and name.

    A name of which all words stand in a longer one is that person's; an age that is told differently is None.
    """
    found: dict[tuple[str, str], tuple[str, set[int | None]]] = {}
    entries = [
        (e["kind_code"], name_key(e["name"]), e["name"], e["age"]) for row in rows for e in row["casualty_names"]
    ]
    for kind, key, name, age in sorted(entries, key=lambda entry: (-len(entry[1].split()), str(entry))):
        fuller = [other for of, other in found if of == kind and set(key.split()) <= set(other.split())]
        if len(fuller) < 2:
            found.setdefault((kind, fuller[0] if fuller else key), (name, set()))[1].add(age)
    return [
        {"kind_code": kind, "name": name, "age": told.pop() if len(told := ages - {None}) == 1 else None}
        for (kind, _), (name, ages) in sorted(found.items())
    ]


def _size_of(entry: dict[str, Any]) -> tuple[int, bool, str]:
    return *_size((entry["low"], entry["high"])), entry["text"]


def whole(claims: Sequence[Bounds]) -> Bounds:
    """(low, high): the smallest low and the largest high over the claims; (None, None) where there is none.

    A claim of less than half of the largest counts a part and bounds nothing, nor do "several" and
    "dozens" where somebody gives a figure that they may mean. A bound that nobody gives is null. So is
    one that a claim open on that side contradicts: after "exactly 10" and "at least 15" there is no highest figure.
    """
    claims = [claim for claim in claims if claim != (None, None)]
    most = max((low for low, _ in claims if low is not None), default=0)
    claims = [(low, high) for low, high in claims if high is None or low is None or 2 * high >= most]
    if any(low is not None and low > _BARE_PLURAL[0] for low, _ in claims):
        claims = [claim for claim in claims if claim != _BARE_PLURAL]
    stated = [low for low, high in claims if low is not None and low == high]
    claims = [claim for claim in claims if not _is_about(claim, stated) and not _is_few(claim, most)]
    low = min((low for low, _ in claims if low is not None), default=None)
    high = max((high for _, high in claims if high is not None), default=None)
    if high is not None and any(least is not None and most is None and least > high for least, most in claims):
        return low, None
    if low is not None and any(most is not None and least is None and most < low for least, most in claims):
        return None, high
    return low, high


def _is_few(claim: Bounds, most: int) -> bool:
    """Whether a claim gives no more than a small number at the least ("several") where another gives twice as many."""
    low, high = claim
    return low is not None and high is None and low <= _FEW and 2 * low <= most


def _is_about(claim: Bounds, stated: Sequence[int]) -> bool:
    """Whether a claim is a round one ("dozens": its high is twice its low or more) that one of the figures may mean."""
    low, high = claim
    return low is not None and high is not None and high >= 2 * low > 0 and any(low <= n <= high for n in stated)


def _size(claim: Bounds) -> tuple[int, bool]:
    """Larger figures are larger; of equals the exact one."""
    low, high = claim
    return (high or 0) if low is None else low, high is not None


def best_figure(mentions: Sequence[Row], count: str, reports: Reports) -> int | None:
    """The figure that most publishers give, then the newest report's, then the largest; None where none is stated.

    A range counts with its low. Stated figures go before ranges, ranges before bare plurals.
    """
    voices: dict[tuple[int, int], set[str]] = {}
    newest: dict[tuple[int, int], date] = {}
    for mention in mentions:
        low, high = mention[count + "_low"], mention[count + "_high"]
        if low is None and high is None:
            continue
        figure = high if low is None else low
        vagueness = 2 if (low, high) == _BARE_PLURAL else 0 if low == high or low is None or high is None else 1
        report = reports[mention["document_id"]]
        voices.setdefault((vagueness, figure), set()).add(report.publisher)
        published = report.published or date.min
        newest[vagueness, figure] = max(published, newest.get((vagueness, figure), date.min))
    if not voices:
        return None
    best = min(voices, key=lambda entry: (entry[0], -len(voices[entry]), -newest[entry].toordinal(), -entry[1]))
    return best[1]
