"""What a deed hit, and what only stands in the sentence: sentences in, codes out, as far as the analyst's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from link_rows import link, mention
from test_export_columns import ARMY, BATTLE, VILLAGERS, rows
from test_panel import KIDAL, cells, day, incident, release

from flows.cli import main
from tasks.extract import Extractor
from tasks.extract.explain import as_document, explain
from tasks.reading.frames import Release
from tasks.vocabularies import load

HIT = [
    ("Gunmen attacked a hospital in Kunduz, killing five people.", {"hospital": "a hospital"}),
    ("Al-Shifa Hospital was hit by an air strike on Monday.", {"hospital": "Al-Shifa Hospital"}),
    ("A bomb exploded in a market in Kano on Friday, killing 12.", {"market": "a market"}),
    ("Shells hit two houses and a mosque in Taiz.", {"home": "two houses", "place_of_worship": "a mosque"}),
    ("A mosque bombing in Peshawar killed 20 people.", {"place_of_worship": "mosque"}),
    ("Six people were killed in an attack on a church in Jos.", {"place_of_worship": "a church"}),
    ("Ten people were killed when a shell hit a bakery in Aleppo.", {"market": "a bakery"}),
    ("Militants stormed a police station in Quetta and killed three officers.", {"police_station": "a police station"}),
    ("Gunmen ambushed an aid convoy in South Sudan.", {"aid_convoy": "an aid convoy"}),
    ("Gunmen ambushed a military convoy near Maiduguri.", {"convoy": "a military convoy"}),
    ("Gunmen kidnapped 30 students from a school in Kaduna.", {"school": "a school"}),
    ("The explosion ripped through a restaurant in Mogadishu.", {"hotel": "a restaurant"}),
    ("Attackers set fire to a health centre in Beni.", {"hospital": "a health centre"}),
    ("The courtyard of a hospital was shelled in Homs.", {"hospital": "The courtyard"}),
    ("Shelling struck a camp for displaced people near Goma.", {"camp": "a camp"}),
    ("Israeli strikes hit an apartment building in Beirut, killing 10.", {"home": "an apartment building"}),
]
ELSEWHERE = [
    "The wounded were taken to a hospital in Goma after gunmen killed four people.",
    "He died in a hospital of his wounds after the shooting in Nablus.",
    "Twelve people were being treated in hospital after a shooting in Oslo.",
    "The director of the hospital was kidnapped by gunmen in Port-au-Prince.",
    "Gunmen killed a hospital director in Goma.",
    "Fighting broke out near a camp for displaced people in Goma.",
    "A car bomb exploded outside the Turkish embassy in Mogadishu.",
    "Residents fled to a church after militants attacked the town of Macomia.",
    "Police arrested three men at a mosque in Lyon.",
    "The body of a man was found in a well in Homs.",
    "Gunmen on motorbikes attacked the market town of Baga, killing 20.",
]


def hit(text: str, extractor: Extractor) -> dict[str, str]:
    told = explain(as_document(text), extractor).rows
    assert told, "no event"
    return {code: words for m in told for code, words in zip(m["target_codes"], m["target_texts"], strict=True)}


@pytest.mark.parametrize(("text", "targets"), HIT)
def test_what_was_hit_is_told_in_its_words(text: str, targets: dict[str, str], extractor: Extractor) -> None:
    assert hit(text, extractor) == targets


@pytest.mark.parametrize("text", ELSEWHERE)
def test_a_noun_that_only_stands_in_the_sentence_was_not_hit(text: str, extractor: Extractor) -> None:
    assert hit(text, extractor) == {}


def test_every_row_of_the_vocabulary_is_known_by_its_words(extractor: Extractor) -> None:
    asked = [
        (" ".join(["Gunmen attacked the", *row["with_word"][:1], row["lemma"], "in Kano, killing two people."]), row)
        for row in load("targets").to_dict("records")
    ]
    told = explain(as_document("\n\n".join(sentence for sentence, _ in asked)), extractor).rows
    found = {row["sentence_text"]: row["target_codes"] for row in told}
    silent = [(text, found.get(text)) for text, row in asked if row["target_code"] not in found.get(text, ())]
    assert not silent


def test_every_target_has_words_and_a_type() -> None:
    codes = set(load("codes").query("list == 'target'")["code"])
    assert codes == set(load("targets")["target_code"]) == set(load("target_types")["code"])


def test_an_event_holds_what_all_of_its_reports_tell_to_have_been_hit() -> None:
    school = {"target_codes": ["school"], "target_texts": ["a school"]}
    both = {"target_codes": ["home", "school"], "target_texts": ["two houses", "the school"]}
    strike = {"type": "air_strike", "place": "Kunduz", "on": "2021-06-20", "killed": 4}
    told = [mention("Jets bombed a school.", "a", **strike, **school), mention("Jets hit two.", "b", **strike, **both)]
    event = link(*told).one
    assert set(zip(event["target_codes"], event["target_texts"], strict=True)) == {
        ("school", "a school"), ("home", "two houses"),
    }  # fmt: skip


def test_acleds_tags_say_what_was_hit_and_civilian_targets_are_marked(tmp_path: Path) -> None:
    strike = BATTLE | {"acled_event_type": "Explosions/Remote violence", "actors": [ARMY], "recipients": []}
    hospital = strike | {"incident_id": "in_1", "target_codes": ["hospital", "home"], "target_texts": ["x", "y"]}
    base = strike | {"incident_id": "in_2", "target_codes": ["military_base"], "target_texts": ["x"]}
    nothing = strike | {"incident_id": "in_3", "recipients": [VILLAGERS]}
    found = {row["event_id_cnty"]: row for row in rows(tmp_path, "acled", hospital, base, nothing)}
    assert [found[f"in_{n}"]["tags"] for n in (1, 2, 3)] == ["target=hospital; target=home", "target=military_base", ""]
    assert [bool(found[f"in_{n}"]["civilian_targeting"]) for n in (1, 2, 3)] == [True, False, True]


def test_a_panel_counts_what_hit_a_target_alone(tmp_path: Path) -> None:
    hospital = {"target_codes": ["hospital"], "target_texts": ["a clinic"], "killed_best": 3}
    folder = release(tmp_path, incidents=[incident("in_1", KIDAL, day(5), **hospital), incident("in_2", KIDAL, day(6))])
    assert cells(folder, targets=["hospital"])["Kidal", day(1)]["dead_best"] == 3
    assert cells(folder, targets=["hospital"])["Kidal", day(1)]["incidents"] == 1
    assert cells(folder)["Kidal", day(1)]["incidents"] == 2
    assert Release(folder).panel(targets=["bridge"]).empty


def test_a_target_that_there_is_none_of_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["panel", "--target", "hospitals"]) == 2
    assert "no target 'hospitals'; there are hospital" in capsys.readouterr().err
