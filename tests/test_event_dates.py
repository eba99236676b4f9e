"""Which of a text's dates is an event's, and what it counts from: sentences in, coded dates out."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from tasks.extract import extract_documents
from tasks.resolve import resolve_mentions
from tasks.tables import DOCUMENTS

WEDNESDAY = date(2023, 3, 15)

# text, event type, first day, precision; published on a Wednesday
TOLD = [
    # a date that stamps a report is not the day of what it tells, nor is the day of the court
    ("AFP Wednesday 15 March 2023 Rebels shelled a rally in Kano on Monday.", "shelling", "03-13", "day"),
    ("15.03.2023 Air strikes killed 11 people in Kano, activists said.", "air_strike", "03-15", "unknown"),
    ("A man accused of killing two women in Jos was arraigned on Tuesday.", "attack_on_civilians", "03-15", "unknown"),
    # the day of speaking is not the day of the deed
    ("Officials said on Sunday that gunmen killed nine people in Kano.", "attack_on_civilians", "03-15", "unknown"),
    ("The police yesterday confirmed the killing of three farmers in Jos.", "attack_on_civilians", "03-15", "unknown"),
    ("The army confirmed today the arrest of a bomb maker in Mosul on Sunday.", "arrest", "03-12", "day"),
    ("A bomb killed nine people in Khost, according to the army on Monday.", "explosive_attack", "03-15", "unknown"),
    ("Officials said Sunday's attack in Kano killed nine people.", "attack_on_civilians", "03-12", "day"),
    ("Officials said since Monday 40 people had been killed in Kano.", "attack_on_civilians", "03-13", "day"),
    (
        "The UN condemned on Tuesday the attack that killed nine people in Kano.",
        "attack_on_civilians",
        "03-15",
        "unknown",
    ),
    ("The UN condemned on Tuesday the attack that killed nine people in Kano.", "accusation", "03-14", "day"),
    ("The president condemned the attack in Kano on Monday that killed nine.", "attack_on_civilians", "03-13", "day"),
    # nor is the day of something else in the sentence
    (
        "People protested on Monday against the killing of a man last week in Jos.",
        "attack_on_civilians",
        "03-06",
        "week",
    ),
    ("He was arrested on Monday for his role in the 2019 bombing in Kano.", "arrest", "03-13", "day"),
    ("Gunmen raided a post near Gao which the army had won back in 2020.", "raid", "03-15", "unknown"),
    (
        "Since the ceasefire of 2 February, 30 people have been killed in shelling in Aleppo.",
        "shelling",
        "03-15",
        "unknown",
    ),
    ("Soldiers detained a man linked to a murder in March 2021 in Kano yesterday.", "arrest", "03-14", "day"),
    # what an anniversary recalls is not what happens at it
    ("People protested in Homs on Tuesday on the anniversary of the 2011 uprising.", "protest", "03-14", "day"),
    ("People marched in Yangon to mark the anniversary of the 1 February 2021 coup.", "protest", "03-15", "unknown"),
    # counted from a clause with a day of its own
    (
        "Two days after thousands had rallied in Lahore on Friday, police shot dead three students there.",
        "shooting",
        "03-12",
        "day",
    ),
    ("Two days after thousands had rallied in Lahore on Friday, police shot dead three.", "protest", "03-10", "day"),
    # counted from what happened, whose day is so long before
    (
        "Soldiers arrested nine people in Tripoli on Sunday, a day after clashes in the city left three dead.",
        "armed_clash",
        "03-11",
        "day",
    ),
    ("Soldiers arrested nine people in Tripoli on Sunday, a day after clashes in the city.", "arrest", "03-12", "day"),
    ("Two days after a bombing in Mogadishu, police detained four men on Tuesday.", "explosive_attack", "03-12", "day"),
    ("Three people have died after Saturday's bombing in Mogadishu.", "explosive_attack", "03-11", "day"),
    (
        "Peru imposed a curfew on Tuesday, a day after 17 were killed by police in Juliaca.",
        "attack_on_civilians",
        "03-13",
        "day",
    ),
    # a day before the comma is not that of who says so
    (
        "Gunmen ambushed a convoy on the road between Pama and Fada on Tuesday, a security source told reporters.",
        "ambush",
        "03-14",
        "day",
    ),
    # the day in a toll's attack, not the one on which the toll rose
    (
        "The toll of a missile attack on Kharkiv in the early hours of Monday rose to three on Tuesday.",
        "shelling",
        "03-13",
        "day",
    ),
    # the verb sends a bare weekday ahead
    ("Friday's meeting in Geneva will discuss a ceasefire.", "meeting", "03-17", "day"),
    ("Friday's meeting in Geneva ended without an agreement.", "talks_stalled", "03-10", "day"),
    ("Soldiers killed six rebels in an overnight raid near Goma on Monday.", "raid", "03-13", "day"),
    # a chain of days
    (
        "Gunmen attacked a convoy near Gao on Friday. The next day, police arrested nine men in Gao. Two days later, "
        "gunmen shelled the airport in Gao.",
        "shelling",
        "03-13",
        "day",
    ),
    # "the same day" is that of a deed, not the month since which something lasts
    (
        "Jets bombed a market in Kobani on Friday. The rebels, who have held the town since June of last year, blamed "
        "the army. Shells killed nine people in Hama on the same day.",
        "shelling",
        "03-10",
        "day",
    ),
    # what goes before a bombing is not the bombing's day, whose week is
    (
        "The march was called after last week's bombing of a police patrol in Bannu.",
        "explosive_attack",
        "03-06",
        "week",
    ),
    (
        "The march was called after last week's bombing of a patrol in Bannu. On the same day, gunmen shot dead two "
        "teachers in Tank.",
        "shooting",
        "03-06",
        "week",
    ),
    # the day of the deed, not of who is said to have done it
    (
        "Gunmen suspected to be bandits on Sunday invaded a school in Sheme and abducted nine pupils.",
        "abduction",
        "03-12",
        "day",
    ),
    # so long before what the report tells of, not before the report
    (
        "Mortar rounds were fired at Jowhar on Sunday night, killing two. It comes eight days after a hotel in the "
        "town was destroyed by a car bomb.",
        "explosive_attack",
        "03-04",
        "day",
    ),
    # counted from what was told before, which keeps its day
    (
        "A bomb killed nine people in Khost on Friday. Two days after the blast, police arrested four men in Khost.",
        "arrest",
        "03-12",
        "day",
    ),
    (
        "Gunmen killed nine people in Khost on Friday. Police arrested four men in Khost two days after the attack.",
        "attack_on_civilians",
        "03-10",
        "day",
    ),
    # the day stands in the sentence after the lead
    (
        "Armed men kidnapped 18 wedding guests near Funtua, police said on Tuesday. The passengers were forced off a "
        "bus on Sunday afternoon, a relative said.",
        "abduction",
        "03-12",
        "day",
    ),
    # a day that the parse ties to nothing of the event, where its sentence has no other
    ("The crisis began when rockets launched from Homs struck Hama on Sunday night.", "shelling", "03-12", "day"),
    # a day behind "that" is of what is said; a service names no date of its own
    (
        "The army inform the public that on 13 March they stopped rebels near Goma and put 12 of its members out "
        "of combat.",
        "armed_clash",
        "03-13",
        "day",
    ),
    (
        "A suicide bomber killed nine people during Friday prayers on 3 March in Kunduz.",
        "suicide_bombing",
        "03-03",
        "day",
    ),
    # what was counted from the blast is not the blast's day
    (
        "A bomb hit a train near Sibi, wounding 11 people. The blast came two days after gunmen shot dead nine "
        "passengers of a bus. The rebels had planted a bomb on the line.",
        "explosive_attack",
        "03-15",
        "unknown",
    ),
    (
        "Armed men kidnapped 18 wedding guests near Funtua. The governor, who was told on Sunday, said nothing.",
        "abduction",
        "03-15",
        "unknown",
    ),
    (
        "Armed men kidnapped 18 wedding guests near Funtua. The bride had come home on Sunday.",
        "abduction",
        "03-15",
        "unknown",
    ),
]


def code(text: str, published: date | None, extractor, resolver, segments: list[dict] | None = None) -> list[dict]:
    whole = [{"kind_code": "body", "start": 0, "end": len(text), "speaker_text": None}]
    row = dict.fromkeys(DOCUMENTS.names) | {
        "document_id": "d",
        "source_id": "adhoc",
        "published_date": published,
        "text": text,
        "segments": segments or whole,
    }
    documents = pa.Table.from_pylist([row], schema=DOCUMENTS.schema)
    mentions, *_ = extract_documents(documents, extractor, lambda hashes: {})
    return resolve_mentions(mentions, documents, resolver).sort_by("trigger_start").to_pylist()


DAYS = [
    ("On Sunday soldiers carried out a raid near Gao, the third such raid in ten days.", "raid", date(2023, 3, 12)),
    ("A spy was jailed in Quito on 2 May 2022. This same Monday a clerk was shot.", "shooting", date(2023, 3, 13)),
    ("Around 4 March 2023 (as reported), gunmen shot a clerk in Loja.", "shooting", date(2023, 3, 4)),
    ("Clashes between two clans were reported on Sunday in Wajir.", "armed_clash", date(2023, 3, 12)),
    ("Six guards died in an ambush on a convoy. The convoy was attacked on Sunday.", "ambush", date(2023, 3, 12)),
    (
        "A bomb killed two clerks in Loja. A judge came. It happened at dawn on Sunday.",
        "explosive_attack",
        date(2023, 3, 12),
    ),
]


@pytest.mark.parametrize(("text", "kind", "day"), DAYS)
def test_the_day_of_a_deed_among_other_words_of_time(text: str, kind: str, day: date, extractor, resolver) -> None:
    told = [m for m in code(text, WEDNESDAY, extractor, resolver) if m["event_type_code"] == kind]
    assert [m["date_start"] for m in told[:1]] == [day]


@pytest.mark.parametrize(("text", "kind", "day", "precision"), TOLD)
def test_the_date_of_an_event_is_its_own(text: str, kind: str, day: str, precision: str, extractor, resolver) -> None:
    found = [m for m in code(text, WEDNESDAY, extractor, resolver) if m["event_type_code"] == kind]
    expected = (date.fromisoformat(f"2023-{day}"), precision)
    assert [(m["date_start"], m["date_precision_code"]) for m in found[:1]] == [expected]


def test_a_day_that_was_counted_once_is_not_counted_on(extractor, resolver) -> None:
    text = "A bomb hit a bank in Gao on Wednesday. The next day gunmen attacked a convoy in Kidal. Seven soldiers died."
    found = [m for m in code(text, date(2023, 3, 12), extractor, resolver) if m["place_label"] == "Kidal"]
    assert [m["date_start"] for m in found] == [date(2023, 3, 9), date(2023, 3, 9)]


def test_a_month_of_the_background_does_not_go_on(extractor, resolver) -> None:
    text = "A bomb killed nine in Jos on Monday. Rebels took the town in May 2012. Twelve were wounded in the blast."
    blasts = [m for m in code(text, WEDNESDAY, extractor, resolver) if m["event_type_code"] == "explosive_attack"]
    assert {m["date_start"] for m in blasts} == {date(2023, 3, 13)}


def test_a_full_date_of_the_background_does_not_go_on_and_is_that_of_its_dead(extractor, resolver) -> None:
    text = (
        "A suicide bomber killed five in Quetta on Monday. On September 5, 2021, a bomb planted in a market killed 19. "
        "Eleven were wounded when the suicide bomber struck."
    )
    found = {m["event_type_code"]: m["date_start"] for m in code(text, WEDNESDAY, extractor, resolver)}
    assert found == {"suicide_bombing": date(2023, 3, 13), "explosive_attack": date(2021, 9, 5)}


def test_with_hyphens_or_dots_the_day_stands_first(extractor, resolver) -> None:
    for digits in ("03-04-2021", "3.4.2021"):
        [attack] = code(f"On {digits} gunmen killed six people in Jos.", date(2022, 3, 1), extractor, resolver)
        assert attack["date_start"] == date(2021, 4, 3)


def test_digits_are_read_as_the_document_writes_them(extractor, resolver) -> None:
    attack = "On {} gunmen killed six people in Jos."
    for other, day in (("25/12/2021", date(2022, 3, 1)), ("12/25/2021", date(2022, 1, 3))):
        text = f"{attack.format(other)} {attack.format('01/03/2022')}"
        assert code(text, None, extractor, resolver)[-1]["date_start"] == day


def test_without_a_day_of_publishing_nothing_is_dated_by_it(extractor, resolver) -> None:
    mentions = code("Gunmen killed six people in Jos on Friday. Nine were arrested today.", None, extractor, resolver)
    assert mentions
    assert {(m["date_start"], m["date_end"], m["date_basis_code"]) for m in mentions} == {(None, None, "unknown")}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("A jury heard on Tuesday how he stabbed two men outside a bar in Kampala in March 2019.", date(2019, 3, 1)),
        ("He was arraigned on Tuesday over the murder in Kampala of a teacher on 3 March 2019.", date(2019, 3, 3)),
    ],
)
def test_a_day_in_court_is_not_that_of_the_deed(text: str, day: date, extractor, resolver) -> None:
    found = [m for m in code(text, WEDNESDAY, extractor, resolver) if m["event_type_code"] == "attack_on_civilians"]
    assert [m["date_start"] for m in found] == [day]


def test_the_eve_of_a_day_is_the_one_before(extractor, resolver) -> None:
    [attack] = code("On the eve of the March 12 election, gunmen killed four people.", WEDNESDAY, extractor, resolver)
    assert attack["date_start"] == date(2023, 3, 11)


@pytest.mark.parametrize(
    "text",
    ["Residents heard explosions in Kyiv on Tuesday.", "Drones were heard before the blast in Kyiv on Tuesday."],
)
def test_what_is_heard_on_a_day_is_heard_at_no_court(text: str, extractor, resolver) -> None:
    assert {m["date_start"] for m in code(text, WEDNESDAY, extractor, resolver)} == {date(2023, 3, 14)}
