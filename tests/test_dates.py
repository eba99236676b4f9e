"""Dates in running English: what is found, what days it means, and that nothing makes the readers stumble."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from dateutil.easter import EASTER_ORTHODOX, easter
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.language.dates import DATE_RULES, find_dates, full_dates, prefers_day_first, read_date
from tasks.vocabularies import load

TUESDAY = date(2021, 6, 22)
PRECISIONS = set(load("codes").query("list == 'date_precision'")["code"])
BASES = set(load("codes").query("list == 'date_basis'")["code"])


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


FOUND = [
    ("A blast at the Monday Market in Maiduguri on Saturday", ["on Saturday"]),
    ("Rebels entered the town on Monday and left.", ["on Monday"]),
    ("Shelling began late Sunday and ended by midday Monday.", ["late Sunday", "by midday Monday"]),
    ("Since 1st May, several posts fell.", ["Since 1st May"]),
    ("The pull-out is to end by 11th September.", ["by 11th September"]),
    ("Friday’s talks and last night's raid", ["Friday", "last night"]),
    ("in an ambush in Thursday's violence", ["Thursday"]),
    ("GUATEMALA CITY, 4 FEB 90 (WIRE) -- FIGHTING", ["4 FEB 90"]),
    ("THE BARRACKS WERE HIT 2 DAYS AGO.", ["2 DAYS AGO"]),
    ("KABUL (Nov. 20, 2011) - Troops", ["Nov. 20, 2011"]),
    ("On Sunday [4 August] a mine went off", ["On Sunday [4 August]"]),
    ("the camp was raided from 3 to 5 May", ["from 3 to 5 May"]),
    ("between October 2022 and June 2023", ["between October 2022 and June 2023"]),
    ("They clashed in 2016, in the early 1990s and in the last twenty years", None),
    ("in recent days and over the last 24 hours", ["in recent days", "over the last 24 hours"]),
    ("a week earlier; the next day; three days later", ["a week earlier", "the next day", "three days later"]),
    ("the night of 5 May", ["the night of 5 May"]),
    ("during Ramadan and on Christmas Eve", ["during Ramadan", "on Christmas Eve"]),
    ("at 5:30 a.m. on Monday", ["at 5:30 a.m. on Monday"]),
    ("early September, mid-June, late 2014", ["early September", "mid-June", "late 2014"]),
    ("the spring of 2019 and last summer", ["the spring of 2019", "last summer"]),
    ("by the end of the year", ["by the end of the year"]),
    ("in May 20 soldiers were killed", ["in May"]),
    ("On May 1, 20 were killed", ["On May 1"]),
    ("2021-01-25T10:00:00Z and 25/01/2021", ["2021-01-25T10:00:00Z", "25/01/2021"]),
    # what dates nothing
    ("It may be that they march on the capital as the sun sets.", []),
    ("A 25-year-old fought a 10-year war for three days.", []),
    ("the Sunday Times said on Bloody Sunday marches", []),
    ("a second man of the 22nd Brigade fired 12 rounds", []),
    ("Ramadan Yasin spoke two days after the attack", ["two days after the attack"]),
    ("25 may have died in a dawn raid", []),
    ("an earlier 2018 agreement on a 24-hour truce", []),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_expressions_found_in_running_text(text: str, expected: list[str] | None) -> None:
    if expected is None:
        expected = ["in 2016", "in the early 1990s", "in the last twenty years"]
    assert [span.text for span in find_dates(text)] == expected


# text, tense, start, end, precision, basis, rule; the anchor is Tuesday, 22 June 2021
READ = [
    ("On Monday", "past", "2021-06-21", "2021-06-21", "day", "relative", "weekday_past"),
    ("Tuesday", "past", "2021-06-22", "2021-06-22", "day", "relative", "weekday_past"),
    ("Friday", "past", "2021-06-18", "2021-06-18", "day", "relative", "weekday_past"),
    ("Friday", "future", "2021-06-25", "2021-06-25", "day", "relative", "weekday_future"),
    ("late Sunday", "past", "2021-06-20", "2021-06-20", "day", "relative", "weekday_past"),
    ("by midday Monday", "past", None, "2021-06-21", "hour", "relative", "by_deadline"),
    ("last Tuesday", "past", "2021-06-15", "2021-06-15", "day", "relative", "weekday_last"),
    ("next Tuesday", "future", "2021-06-29", "2021-06-29", "day", "relative", "weekday_next"),
    ("Thursday last week", "past", "2021-06-17", "2021-06-17", "day", "relative", "weekday_of_week"),
    ("today", "past", "2021-06-22", "2021-06-22", "day", "relative", "day_word"),
    ("yesterday morning", "past", "2021-06-21", "2021-06-21", "day", "relative", "day_word"),
    ("tomorrow", "future", "2021-06-23", "2021-06-23", "day", "relative", "day_word"),
    ("last night", "past", "2021-06-21", "2021-06-21", "day", "relative", "last_night"),
    ("overnight", "past", "2021-06-21", "2021-06-22", "day", "relative", "overnight"),
    ("overnight into Monday", "past", "2021-06-20", "2021-06-21", "day", "relative", "overnight"),
    ("by 11th September", "future", None, "2021-09-11", "day", "explicit", "by_deadline"),
    ("by 11th September", "present", None, "2021-09-11", "day", "explicit", "by_deadline"),
    ("by 11th September", "past", None, "2020-09-11", "day", "explicit", "by_deadline"),
    ("by early September", "future", None, "2021-09-10", "week", "explicit", "by_deadline"),
    ("by the end of the year", "future", None, "2021-12-31", "season", "relative", "by_deadline"),
    ("Since 1st May", "past", "2021-05-01", None, "day", "explicit", "since"),
    ("since 1 August", "future", "2020-08-01", None, "day", "explicit", "since"),
    ("until March 3", "past", None, "2021-03-03", "day", "explicit", "until"),
    ("June 23", "past", "2021-06-23", "2021-06-23", "day", "explicit", "calendar_past"),
    ("June 25", "past", "2020-06-25", "2020-06-25", "day", "explicit", "calendar_past"),
    ("29 February", "past", "2020-02-29", "2020-02-29", "day", "explicit", "calendar_past"),
    ("Jan. 25", "future", "2022-01-25", "2022-01-25", "day", "explicit", "calendar_future"),
    ("Tuesday, June 15", "future", "2021-06-15", "2021-06-15", "day", "explicit", "calendar_weekday"),
    ("4 FEB 90", "past", "1990-02-04", "1990-02-04", "day", "explicit", "calendar"),
    ("24 June last year", "past", "2020-06-24", "2020-06-24", "day", "explicit", "calendar_year_word"),
    ("January 2021", "past", "2021-01-01", "2021-01-31", "month", "explicit", "month_year"),
    ("in August", "past", "2020-08-01", "2020-08-31", "month", "explicit", "month_past"),
    ("in August", "future", "2021-08-01", "2021-08-31", "month", "explicit", "month_future"),
    ("in June", "past", "2021-06-01", "2021-06-22", "month", "explicit", "month_past"),
    ("mid-June", "past", "2021-06-11", "2021-06-20", "week", "explicit", "month_past"),
    ("in 2016", "past", "2016-01-01", "2016-12-31", "year", "explicit", "year"),
    ("late 2014", "past", "2014-09-01", "2014-12-31", "season", "explicit", "year"),
    ("the 1990s", "past", "1990-01-01", "1999-12-31", "longer", "explicit", "decade"),
    ("from 2014 to 2016", "past", "2014-01-01", "2016-12-31", "longer", "explicit", "range"),
    ("spring of 2019", "past", "2019-03-01", "2019-05-31", "season", "explicit", "season_year"),
    ("last summer", "past", "2020-06-01", "2020-08-31", "season", "relative", "season"),
    ("two days ago", "past", "2021-06-20", "2021-06-20", "day", "relative", "ago"),
    ("two weeks ago", "past", "2021-06-05", "2021-06-11", "week", "relative", "ago"),
    ("three months ago", "past", "2021-03-01", "2021-03-31", "month", "relative", "ago"),
    ("a few days ago", "past", "2021-06-17", "2021-06-20", "week", "relative", "ago"),
    ("in recent days", "past", "2021-06-15", "2021-06-22", "week", "relative", "recent"),
    ("in the past week", "past", "2021-06-15", "2021-06-22", "week", "relative", "rolling"),
    ("over the last 24 hours", "past", "2021-06-21", "2021-06-22", "day", "relative", "rolling"),
    ("in the last twenty years", "past", "2001-06-22", "2021-06-22", "longer", "relative", "rolling"),
    ("last week", "past", "2021-06-14", "2021-06-20", "week", "relative", "week_relative"),
    ("this week", "past", "2021-06-21", "2021-06-22", "week", "relative", "week_relative"),
    ("Later this week", "future", "2021-06-23", "2021-06-27", "week", "relative", "week_relative"),
    ("last month", "past", "2021-05-01", "2021-05-31", "month", "relative", "month_relative"),
    ("over the weekend", "past", "2021-06-19", "2021-06-20", "day", "relative", "weekend"),
    ("within 48 hours", "future", "2021-06-22", "2021-06-24", "week", "relative", "coming"),
    ("Eid al-Fitr", "past", "2021-05-13", "2021-05-15", "week", "relative", "holiday"),
    ("Easter Sunday 2019", "past", "2019-04-21", "2019-04-21", "day", "explicit", "holiday"),
    ("from 28 December to 3 January", "past", "2020-12-28", "2021-01-03", "week", "explicit", "range"),
    ("Saturday night and Sunday morning", "past", "2021-06-19", "2021-06-20", "day", "relative", "range"),
    ("at 5:30 a.m. on Monday", "past", "2021-06-21", "2021-06-21", "hour", "relative", "weekday_past"),
    ("at 5:30 a.m.", "past", None, None, "unknown", "unknown", "time_only"),
    ("the village square", "past", None, None, "unknown", "unknown", "unread"),
]


@pytest.mark.parametrize(("text", "tense", "start", "end", "precision", "basis", "rule"), READ)
def test_days_meant_on_a_tuesday(text, tense, start, end, precision, basis, rule) -> None:
    reading = read_date(text, TUESDAY, tense)
    assert (reading.start, reading.end) == (_day(start), _day(end))
    assert (reading.precision_code, reading.basis_code, reading.rule_id) == (precision, basis, rule)


SENTENCES = Path(__file__).parent / "gold" / "dates.csv"
WRITTEN = list(csv.DictReader(SENTENCES.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", WRITTEN, ids=lambda row: row["text"])
def test_dates_of_written_sentences(row: dict[str, str]) -> None:
    found = [span.text for span in find_dates(row["text"]) if not span.is_time_only]
    assert found == ([row["date_text"]] if row["date_text"] else [])
    if found:
        anchor = date.fromisoformat(row["published"])
        reading = read_date(row["date_text"], anchor, row["tense"] or "past", row["told"] or None, day_first=True)
        assert (reading.start, reading.end) == (_day(row["date_start"] or None), _day(row["date_end"] or None))
        assert reading.precision_code == row["precision_code"]


NARRATED = [
    ("the next day", "on Saturday", "2021-06-20"),
    ("the previous day", "on Saturday", "2021-06-18"),
    ("the same day", "on 5 May", "2021-05-05"),
    ("three days later", "on 5 May", "2021-05-08"),
    ("two days earlier", "on 5 May", "2021-05-03"),
    ("the following Friday", "on 5 May", "2021-05-07"),
    ("Friday", "last week", "2021-06-18"),
    ("Friday", "later this week", "2021-06-25"),
    ("the previous day", None, "2021-06-21"),
    ("the next day", "on Saturday; the next day", "2021-06-21"),
    ("two days later", "in 2014; on 5 May of that year; the next day", "2014-05-08"),
    ("on the same day", "on Saturday; since June of last year", "2021-06-19"),
    ("two days later", "on 5 May; in 2020", "2021-05-07"),
]


@pytest.mark.parametrize(("text", "narrative", "expected"), NARRATED)
def test_story_time_counts_from_what_dated_the_story(text: str, narrative: str | None, expected: str) -> None:
    reading = read_date(text, TUESDAY, "past", narrative)
    assert reading.start == reading.end == _day(expected)


def test_the_next_day_of_an_undated_story_is_not_tomorrow() -> None:
    assert read_date("the next day", TUESDAY, "past").start is None
    assert read_date("the next day", TUESDAY, "future").start == date(2021, 6, 23)


def test_the_same_day_is_as_exact_as_what_was_told() -> None:
    reading = read_date("on the same day", TUESDAY, "past", "last week")
    assert (reading.start, reading.end, reading.precision_code) == (date(2021, 6, 14), date(2021, 6, 20), "week")
    assert read_date("on the same day", TUESDAY, "past", "since 2019").start is None
    assert read_date("on the same day", TUESDAY, "past", "in April").start is None


def test_without_an_anchor_only_dates_with_a_year_are_read() -> None:
    assert read_date("25 January 2021", None, "past").start == date(2021, 1, 25)
    assert read_date("in 2016", None, "past").end == date(2016, 12, 31)
    for text in ("on Monday", "yesterday", "5 May", "in June", "last week", "Ramadan", "two days ago", "the next day"):
        reading = read_date(text, None, "past")
        assert (reading.start, reading.end) == (None, None)
        assert (reading.precision_code, reading.basis_code) == ("unknown", "unknown")


def test_digits_are_told_apart_by_size_then_by_the_source() -> None:
    assert read_date("03/04/2021", TUESDAY).start == date(2021, 3, 4)
    assert read_date("03/04/2021", TUESDAY, day_first=True).start == date(2021, 4, 3)
    assert read_date("25/01/2021", TUESDAY).start == date(2021, 1, 25)
    assert prefers_day_first(["on 25/01/2021", "no date", "03/04/2021"]) is True
    assert prefers_day_first(["01/25/2021"]) is False
    assert prefers_day_first(["03/04/2021"]) is None


def test_a_documents_own_date_is_a_complete_one() -> None:
    text = "KABUL (Nov. 20, 2011) on Monday, 5 May, June 22, 2021; 4 FEB 90, 2011-11-20 and in May 2019."
    assert [(text[found.start : found.end], found.date) for found in full_dates(text)] == [
        ("Nov. 20, 2011", date(2011, 11, 20)),
        ("June 22, 2021", date(2021, 6, 22)),
        ("4 FEB 90", date(1990, 2, 4)),
        ("2011-11-20", date(2011, 11, 20)),
    ]


def test_impossible_days_are_not_dates() -> None:
    text = "31 April 2021, 2021-02-30, 13/13/2021 and 29 February 2021"
    assert full_dates(text) == []
    assert [read_date(span.text, TUESDAY).precision_code for span in find_dates(text)] == ["month", "month"]


def test_a_time_of_day_alone_is_marked_as_weak() -> None:
    (span,) = find_dates("It struck at about 2 a.m. local time (2130 GMT Saturday), police said")
    assert span.text == "at about 2 a.m. local time (2130 GMT Saturday)"
    assert span.is_time_only


def test_movable_feasts_fall_where_the_calendars_say() -> None:
    rows = load("holidays")
    known = {
        ("Easter Sunday", date(2016, 3, 27)),
        ("Orthodox Easter", date(2016, 5, 1)),
        ("Eid al-Fitr", date(2014, 7, 28)),
        ("Eid al-Adha", date(2021, 7, 20)),
        ("Diwali", date(2016, 10, 30)),
        ("Yom Kippur", date(2023, 9, 25)),
        ("Shavuot", date(2023, 5, 26)),
        ("Tisha B'Av", date(2018, 7, 22)),
        ("Hanukkah", date(2023, 12, 8)),
        ("Lunar New Year", date(2024, 2, 10)),
        ("Prophet's birthday", date(2022, 10, 8)),
    }
    assert known <= set(zip(rows["name"], rows["date_start"], strict=True))


def test_feasts_keep_their_distances() -> None:
    starts: dict[str, dict[int, date]] = {}
    ends: dict[str, list[date]] = {}
    for row in load("holidays").to_dict("records"):
        assert row["date_start"] <= row["date_end"]
        starts.setdefault(row["name"], {})[row["year"]] = row["date_start"]
        ends.setdefault(row["name"], []).append(row["date_end"])
    for year, day in starts["Easter Sunday"].items():
        assert day == easter(year)
        assert starts["Orthodox Easter"][year] == easter(year, EASTER_ORTHODOX)
        for name, days in (("Palm Sunday", -7), ("Good Friday", -2), ("Ascension Day", 39), ("Pentecost", 49)):
            assert (starts[name][year] - day).days == days
        assert (starts["Shavuot"][year] - starts["Passover"][year]).days == 50
        assert (starts["Yom Kippur"][year] - starts["Rosh Hashanah"][year]).days == 9
    fasts = set(ends["Ramadan"])
    assert all(day - timedelta(days=1) in fasts for day in starts["Eid al-Fitr"].values())
    for year, day in starts["Eid al-Adha"].items():
        assert (day - starts["Arafat Day"][year]).days == 1


def test_a_clause_that_names_its_day_can_be_counted_from() -> None:
    first, second = find_dates("Two days after thousands had rallied in Homs on Friday, police fired.")
    assert (first.text, first.origin, second.text) == ("Two days after", "on Friday", "on Friday")
    assert read_date(first.text, TUESDAY, narrative=first.origin).start == date(2021, 6, 20)


def test_a_clause_without_a_day_lies_before_what_is_counted_from_it() -> None:
    attack, fired = find_dates("Two days after the attack on the mosque, police fired on Sunday.")
    assert (attack.text, attack.origin, fired.text) == ("Two days after the attack", "on Sunday", "on Sunday")
    assert attack.clause_end == len("Two days after the attack on the mosque")
    assert read_date(attack.text, TUESDAY, narrative=attack.origin).start == date(2021, 6, 18)
    (vote,) = find_dates("Police fired, three days before the vote.")
    assert (vote.origin, read_date(vote.text, TUESDAY, "future").start) == ("", date(2021, 6, 25))


def test_that_weekday_is_the_one_nearest_to_the_story() -> None:
    for text in ("on the same Tuesday", "on that Tuesday"):
        (span,) = find_dates(f"Four more were killed {text} in Dori.")
        assert read_date(span.text, TUESDAY, narrative="on 3 May 2021").start == date(2021, 5, 4)
    (span,) = find_dates("He said that Tuesday's attack killed four.")
    assert span.text == "Tuesday"


def test_a_date_in_digits_that_can_only_be_past_one_way_is_read_that_way() -> None:
    assert read_date("on 07/06/2021", TUESDAY).start == date(2021, 6, 7)
    assert read_date("on 07/06/2021", TUESDAY, "future").start == date(2021, 7, 6)


SPELLINGS = (
    "{d:%Y-%m-%d}",
    "{d:%d/%m/%Y}",
    "{d.day}.{d.month}.{d.year}",
    "{d.day} {d:%B} {d.year}",
    "{d.day} {d:%b}. {d.year}",
    "{d:%d} {upper} {d.year}",
    "{d:%d}{upper}{d.year}",
    "{d:%d}-{d:%b}-{d.year}",
    "{d.day}{ending} of {d:%B}, {d.year}",
    "{d:%B} {d.day}, {d.year}",
    "{d:%B} {d.day}{ending} {d.year}",
    "{d:%A}, {d:%B} {d.day}, {d.year}",
    "{d:%A} {d.day} {d:%B} {d.year}",
    "the {d.day}{ending} of {d:%B} {d.year}",
    "the night of {d.day} {d:%B} {d.year}",
    "{d:%d}0630Z {upper} {d.year}",
)


def _spelt(spelling: str, day: date) -> str:
    ending = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return spelling.format(d=day, ending=ending, upper=f"{day:%b}".upper())


@settings(max_examples=150, deadline=None)
@given(
    day=st.dates(date(1801, 1, 1), date(2039, 12, 31)),
    spelling=st.sampled_from(SPELLINGS),
    lead=st.sampled_from(["", "on ", "since ", "by "]),
    anchor=st.none() | st.dates(date(1950, 1, 1), date(2039, 12, 31)),
)
def test_every_spelling_gives_its_day_back(day: date, spelling: str, lead: str, anchor: date | None) -> None:
    text = lead + _spelt(spelling, day)
    (span,) = find_dates(f"They left {text}.")
    assert span.text == text
    reading = read_date(text, anchor, day_first=True)
    assert reading.start == (None if lead == "by " else day)
    assert reading.end == (None if lead == "since " else day)
    assert reading.basis_code == "explicit"


@settings(max_examples=100, deadline=None)
@given(anchor=st.dates(date(1950, 1, 1), date(2039, 12, 31)), days=st.integers(0, 6))
def test_days_near_the_anchor_are_found_by_their_names(anchor: date, days: int) -> None:
    day = anchor - timedelta(days=days)
    for text in (
        f"{day:%A}",
        f"late {day:%A}",
        f"{day.day} {day:%B}",
        f"{day:%A} {day:%B} {day.day}",
        f"{day:%b} {day.day}",
    ):
        assert (read_date(text, anchor).start, read_date(text, anchor).end) == (day, day)
    assert read_date(f"{days} days ago", anchor).start == day
    assert read_date("two days later", anchor, "past", f"{day:%A}").start == day + timedelta(days=2)


WORDS = st.sampled_from(
    [
        "on",
        "by",
        "since",
        "until",
        "from",
        "to",
        "between",
        "the",
        "last",
        "next",
        "this",
        "late",
        "early",
        "mid",
        "end",
        "of",
        "week",
        "month",
        "year",
        "days",
        "ago",
        "later",
        "before",
        "after",
        "Monday",
        "Friday",
        "May",
        "march",
        "June",
        "Sept.",
        "5",
        "5th",
        "31",
        "1990s",
        "2016",
        "2021-02-30",
        "03/04/2021",
        "at",
        "5:30",
        "a.m.",
        "(",
        ")",
        ",",
        "-",
        "'",
        "s",
        "two",
        "a",
        "few",
        "Eid",
        "al-Fitr",
        "Christmas",
        "overnight",
        "yesterday",
        "night",
        "weekend",
        "century",
        "9999",
        "0000",
        "and",
        "recent",
        "first",
        "quarter",
        "Q3",
        "H1",
        "fiscal",
        "same",
        "that",
        "day",
        "time",
        "ending",
        "anniversary",
        "Ramadan",
        "121530Z",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join))


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, anchor=st.none() | st.dates(), tense=st.sampled_from(["past", "present", "future"]), story=TEXTS)
def test_any_text_is_read_or_left_unknown(text, anchor, tense, story) -> None:
    beyond = 0
    for span in find_dates(text):
        assert text[span.start : span.end] == span.text
        assert span.start >= beyond
        beyond = span.end
    for reading in [
        read_date(text, anchor, tense, story),
        *(read_date(s.text, anchor, tense) for s in find_dates(text)),
    ]:
        assert reading.precision_code in PRECISIONS
        assert reading.basis_code in BASES
        if reading.start is not None and reading.end is not None:
            assert reading.start <= reading.end
        if reading.start is None and reading.end is None:
            assert reading.precision_code == "unknown"
    for found in full_dates(text):
        assert 0 <= found.start < found.end <= len(text)


def test_every_rule_that_reads_a_date_is_explained_with_an_example_that_it_reads() -> None:
    rules = load("rules").query("stage == 'resolve'").set_index("rule_id")
    named = {rule_id for rule_id in rules.index if rule_id.startswith("date.")}
    missing = {f"date.{rule}" for rule in DATE_RULES} - named
    assert not missing, "rules of dates without a row in seeds/rules.csv"
    for rule in sorted(DATE_RULES):
        example = rules.loc[f"date.{rule}", "example"]
        found = find_dates(example)
        text = found[0].text if found else example
        stories = (None, "18 to 21 June", "19 June 2020")
        read = {read_date(text, TUESDAY, tense, story).rule_id for tense in ("past", "future") for story in stories}
        assert rule in read, f"{example!r} is read by {sorted(read)}"
