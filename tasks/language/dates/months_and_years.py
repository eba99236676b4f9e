"""The part of the grammar that names months, seasons, quarters and years: tokens in, a node and the next place out.

A month or year alone needs a word that makes it one ("in May", "since 2001"). Numbers that are counts, modal "may" and
the verb "march" are refused.
"""

from __future__ import annotations

from dataclasses import replace

from tasks.language.dates.nodes import CalendarDay, Month, Node, OfStory, Part, Season, Unit, Years
from tasks.language.dates.pieces import DASHES, LEADS, may_follow_number, month_word, year_after, year_word
from tasks.language.dates.tokens import Parsed, Tokens

# the parts of a stretch, by the words that open them
PARTS = {"early": "early", "earlier": "early", "late": "late", "later": "late", "mid": "mid", "middle": "mid"}
_LEADS_SEASON = ("in", "during", "by", "since", "until", "over", "throughout", "early", "late")
# "May of that year", "in July the same year": years counted from the narrative's
_STORY_YEARS = {
    ("that",): 0,
    ("that", "same"): 0,
    ("the", "same"): 0,
    ("the", "following"): 1,
    ("the", "next"): 1,
    ("the", "previous"): -1,
    ("the", "preceding"): -1,
}


def month(t: Tokens, i: int, is_led: bool = False) -> Parsed | None:
    """A month, with a year ("May 2021", "May of last year") or led by a word that makes it one ("in May")."""
    found = month_word(t, i)
    if found is None:
        return None
    name, j = found
    is_led = is_led or t.low[i - 1] in LEADS or t.low[i - 1] in ("mid", "-", "this", "next", "last")
    year, shift, k = year_after(t, j)
    if year is not None or shift is not None:
        is_other = t.low[i] in ("may", "march") and t.raw[i].islower() and not is_led
        return None if is_other else (Month(name, year, shift), k)
    return (Month(name), j) if _is_bare_month(t, i, j, is_led) else None


def _is_bare_month(t: Tokens, i: int, j: int, is_led: bool) -> bool:
    """Whether the name of a month from i to j, without a year, means the month."""
    word, raw = t.low[i], t.raw[i]
    is_certain = word in t.words.months and word not in ("may", "march", "august")
    if not raw[:1].isupper():
        return is_led and is_certain
    if t.raw[j][:1].isupper() and not raw.isupper() and t.low[j] not in t.words.months:
        return False  # "April Jones"
    if is_led:
        return word in t.words.months or j == i + 2 or not raw.isupper()
    return is_certain and i > 0


def year(t: Tokens, i: int, is_led: bool = False) -> Parsed | None:
    """A year alone, led by a word that makes it one ("in 2016", "since 2001"); "2014-16" is two of them.

    "The 2019/20 financial year" keeps the years that name it: when they begin differs from country to country.
    """
    found = _years(t, i, is_led)
    if found is None or t.low[found[1]] not in t.words.fiscal or t.low[found[1] + 1] != "year":
        return found
    return replace(found[0], rule_id="fiscal_year"), found[1] + 2


def fiscal_year(t: Tokens, i: int) -> tuple[Years, int] | None:
    """A fiscal year whose word stands before it: "fiscal year 2020", "FY2020", "FY 2019/20"."""
    if t.low[i] not in t.words.fiscal:
        return None
    j = i + 1 + (t.low[i + 1] == "year")
    if found := _years(t, j, is_led=True):
        return replace(found[0], rule_id="fiscal_year"), found[1]
    short = year_word(t, j, may_be_short=True)
    return None if short is None else (Years(short[0], short[0], "fiscal_year"), short[1])


def year_as_adjective(t: Tokens, j: int) -> Parsed | None:
    """A year before a noun ("the 2003 invasion"); not round numbers, which may be counts."""
    found = year(t, j, is_led=True)
    if found is None or not isinstance(found[0], Years) or found[0].first % 100 == 0:
        return None
    is_fiscal = found[0].rule_id == "fiscal_year"
    return found if is_fiscal or t.raw[found[1]][:1].isalpha() or found[1] >= t.count else None


def _years(t: Tokens, i: int, is_led: bool) -> tuple[Years, int] | None:
    word = t.low[i]
    if len(word) != 4 or not word.isdecimal() or not 1800 <= int(word) <= 2039:
        return None
    if not is_led and t.low[i - 1] not in LEADS:
        return None
    first, j = int(word), i + 1
    if t.joined(i) and t.low[j] in (*DASHES, "/") and t.joined(j) and t.low[j + 1].isdecimal():
        tail = t.low[j + 1]
        last = int(word[: 4 - len(tail)] + tail) if len(tail) in (2, 4) else 0
        return (Years(first, last, "years"), j + 2) if first < last <= 2039 else None
    if t.joined(i) and (not may_follow_number(t, j) or t.low[j] in ("/", "%", ":")):
        return None
    return None if t.low[j] in t.words.counted else (Years(first, first), j)


def decade(t: Tokens, j: int) -> Parsed | None:
    """A decade, or a part of one, behind "the": "1990s", "early 1990s", "mid-1980's"."""
    part = PARTS.get(t.low[j])
    if part is not None:
        j += 1
        j += t.low[j] == "-"
    k = j + 1 + (t.low[j + 1] in ("'", "’"))
    if len(t.low[j]) != 4 or not t.low[j].isdecimal() or t.low[k] != "s" or t.starts[k] - t.ends[j] != k - j - 1:
        return None
    first = int(t.low[j])
    if first % 10 or not 1700 <= first <= 2090:
        return None
    years = Years(first, first + 9, "decade")
    return (years if part is None else Part(part, years)), k + 1


def century(t: Tokens, j: int) -> Parsed | None:
    """A century by its number ("19th century")."""
    if len(t.low[j]) > 2 or t.low[j + 1] not in ("st", "nd", "rd", "th") or t.low[j + 2] != "century":
        return None
    rank = int(t.low[j])
    return (Years(rank * 100 - 99, rank * 100, "century"), j + 3) if 1 <= rank <= 21 else None


def quarter(t: Tokens, i: int) -> Parsed | None:
    """A quarter or half of a year by its letter: "Q3 2021", "H1 of last year"; alone only after a preposition."""
    letter, rank = t.raw[i], t.low[i + 1]
    if letter not in ("Q", "H") or not t.joined(i) or rank not in ("1", "2", "3", "4")[: 4 if letter == "Q" else 2]:
        return None
    year, shift, j = year_after(t, i + 2)
    has_year = year is not None or shift is not None
    if letter == "H" and has_year:
        whole = Years(year, year) if year is not None else Unit("year", shift or 0)
        return Part("first_half" if rank == "1" else "second_half", whole), j
    if letter == "Q" and (has_year or t.low[i - 1] in LEADS):
        return Season(3 * int(rank) - 2, year, shift), j
    return None


def season(t: Tokens, i: int, is_led: bool = False) -> Parsed | None:
    """A season with its year ("spring 2019", "summer of last year"); alone only after "in the" or "during the"."""
    first_month = t.words.seasons.get(t.low[i])
    if first_month is None:
        return None
    year, shift, j = year_after(t, i + 1)
    pair = _years(t, i + 1 + (t.low[i + 1] == "of"), is_led=True) if year is None else None
    if pair is not None and first_month == 12 and pair[0].last == pair[0].first + 1:
        return Season(first_month, pair[0].first), pair[1]  # "the winter of 2015-16"
    if year is not None or shift is not None:
        return Season(first_month, year, shift), j
    before = t.low[i - 2] if is_led and i > 1 else t.low[i - 1]
    if t.low[i + 1] == "of" or before not in _LEADS_SEASON or t.low[i] == "fall":
        return None
    return Season(first_month), i + 1


def of_story(t: Tokens, node: Node, j: int) -> Parsed:
    """The node itself, or with the year of the narrative that is named after it ("May of that year")."""
    if isinstance(node, CalendarDay | Month | Season) and node.year is None and node.year_shift is None:
        k = j + (t.low[j] == "of")
        for lead, shift in _STORY_YEARS.items():
            if after := t.sequence(k, (*lead, "year")):
                return OfStory(node, shift), after
    return node, j
