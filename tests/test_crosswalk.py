"""Event types become ACLED's, PLOVER's and CAMEO's codes as those schemes define them."""

from __future__ import annotations

import itertools
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.knowledge.crosswalk import Crosswalk, CrosswalkError, met_with
from tasks.tables import CROSSWALK
from tasks.vocabularies import VOCABULARIES, load

ACLED = {
    "Battles": ["Armed clash", "Government regains territory", "Non-state actor overtakes territory"],
    "Protests": ["Peaceful protest", "Protest with intervention", "Excessive force against protesters"],
    "Riots": ["Violent demonstration", "Mob violence"],
    "Explosions/Remote violence": [
        "Chemical weapon",
        "Air/drone strike",
        "Suicide bomb",
        "Shelling/artillery/missile attack",
        "Remote explosive/landmine/IED",
        "Grenade",
    ],
    "Violence against civilians": ["Sexual violence", "Attack", "Abduction/forced disappearance"],
    "Strategic developments": [
        "Agreement",
        "Arrests",
        "Change to group/activity",
        "Disrupted weapons use",
        "Headquarters or base established",
        "Looting/property destruction",
        "Non-violent transfer of territory",
        "Other",
    ],
}
PLOVER = {
    "AGREE": [],
    "CONSULT": ["visit", "third-party", "multilateral", "phone"],
    "SUPPORT": [],
    "COOPERATE": [],
    "AID": [],
    "CONCEDE": [],
    "RETREAT": ["withdraw", "release", "return", "disarm", "ceasefire", "access", "resign"],
    "ACCUSE": ["disapprove", "investigate", "allege"],
    "REQUEST": ["assist", "change", "yield", "meet"],
    "REJECT": ["assist", "change", "yield", "meet"],
    "THREATEN": ["restrict", "ban", "arrest", "relations", "expel", "territory", "violence"],
    "PROTEST": ["demo", "riot", "strike", "hunger", "boycott", "obstruct"],
    "MOBILIZE": ["troops", "weapons", "police", "militia"],
    "SANCTION": ["convict", "expel", "withdraw", "discontinue"],
    "COERCE": [
        *("seize", "restrict", "ban", "censor", "curfew", "martial-law", "arrest", "deport", "withhold"),
        *("misinformation", "cyber"),
    ],
    "ASSAULT": [
        *("abduct", "beat", "torture", "execute", "sexual", "assassinate", "destroy", "primitive", "firearms"),
        *("explosives", "suicide-attack", "heavy-weapons", "aerial", "drone", "crowd-control", "unconventional"),
    ],
}
# nothing that political actors do to one another
NO_PLOVER = {"displacement", "appointment", "group_change", "natural_disaster", "accident", "organised_crime"}
COOPERATION = ["meeting", "negotiation", "agreement", "aid", "military_aid", "support", "ceasefire", "release"]
VIOLENCE = ["armed_clash", "air_strike", "shelling", "shooting", "explosive_attack", "assassination", "abduction"]

TYPES = list(load("event_types")["code"])
CODES = load("codes")
STATUSES = list(CODES.query("list == 'status'")["code"])
KINDS = list(CODES.query("list == 'actor_type'")["code"])
WEAPONS = list(CODES.query("list == 'weapon'")["code"])


@pytest.fixture(scope="module")
def crosswalk() -> Crosswalk:
    return Crosswalk(load("crosswalk"))


def party(kind: str | None, country: str | None = None) -> dict[str, str | None]:
    return {"text": "they", "actor_id": None, "label": "they", "country_code": country, "actor_type_code": kind}


def coded(
    crosswalk: Crosswalk,
    event_type: str,
    actors: list[dict] | None = None,
    recipients: list[dict] | None = None,
    status: str = "occurred",
    weapon: str | None = None,
    country: str | None = "MLI",
    killed: int | None = None,
    met_with: frozenset[str] = frozenset(),
) -> dict[str, str | None]:
    return crosswalk.codes(event_type, status, weapon, actors or [], recipients or [], country, killed, met_with)


def sub_event(crosswalk: Crosswalk, event_type: str, *args, **kwargs) -> str | None:
    return coded(crosswalk, event_type, *args, **kwargs)["acled_sub_event_type"]


def test_rows_give_labels_that_the_schemes_publish() -> None:
    for row in load("crosswalk").to_dict("records"):
        given = (row["type"], row["mode"], row["code"])
        if row["scheme"] == "acled":
            assert given == (None, None, None) or row["mode"] in ACLED[row["type"]], given
        elif row["scheme"] == "plover":
            assert row["type"] or not row["mode"], given
            assert row["type"] is None or row["mode"] is None or row["mode"] in PLOVER[row["type"]], given
        else:
            assert row["type"] is None and row["mode"] is None, given
            assert row["code"] is None or re.fullmatch(r"(0[1-9]|1\d|20)\d{1,2}", row["code"]), given


def test_no_row_is_hidden_behind_earlier_ones() -> None:
    frame = load("crosswalk")
    # each row answers under a name of its own, so that it shows which row fired
    frame = frame.assign(type=[f"row {i}" for i in range(len(frame))], code=[f"row {i}" for i in range(len(frame))])
    named = Crosswalk(frame)
    columns = {"acled": "acled_event_type", "plover": "plover_type", "cameo": "cameo_code"}
    for index, row in enumerate(frame.to_dict("records")):
        cases = itertools.product(
            row["event_type_code"] or TYPES,
            row["status_code"] or ["occurred"],
            row["actor_type_code"] or [None],
            row["recipient_type_code"] or [None],
            row["weapon_code"] or [None],
        )
        fired = set()
        for event_type, status, actor, recipient, weapon in cases:
            actors = [party(actor, "MLI")] if actor or row["actor_relation"] else []
            if row["actor_relation"] and not actor:
                actors = [party("military", "MLI")]
            answer = coded(
                named,
                event_type,
                actors,
                [party(recipient)] if recipient else [],
                status,
                weapon,
                killed=1 if row["has_killed"] else None,
                met_with=frozenset(row["met_with"][:1]),
            )
            fired.add(answer[columns[row["scheme"]]])
        assert f"row {index}" in fired, f"line {index + 2} of seeds/crosswalk.csv never fires: {row}"


@pytest.mark.parametrize("event_type", TYPES)
def test_what_occurred_has_codes(crosswalk: Crosswalk, event_type: str) -> None:
    codes = coded(crosswalk, event_type, [party("military", "MLI")], [party("civilians")])
    assert list(codes) == [column.name for column in CROSSWALK]
    assert bool(codes["acled_event_type"]) == bool(codes["acled_sub_event_type"])
    if event_type == "displacement":
        assert codes["plover_type"] == "COERCE" and codes["cameo_code"] == "174"
    elif event_type == "responsibility_claim":
        assert codes["plover_type"] is None and codes["cameo_code"] == "015"
    elif event_type in NO_PLOVER:
        assert codes["plover_type"] is None and codes["cameo_code"] is None
    else:
        assert codes["plover_type"] and codes["cameo_code"]


@pytest.mark.parametrize("event_type", TYPES)
@pytest.mark.parametrize("status", ["planned", "hypothetical", "denied"])
def test_acled_codes_only_what_happened(crosswalk: Crosswalk, event_type: str, status: str) -> None:
    codes = coded(crosswalk, event_type, [party("military", "MLI")], [party("civilians")], status)
    assert codes["acled_event_type"] is None and codes["acled_sub_event_type"] is None


def test_every_acled_sub_event_and_plover_type_is_reached(crosswalk: Crosswalk) -> None:
    reached: set[tuple[str | None, str | None]] = set()
    plover = set()
    for event_type, actor, recipient, weapon, killed in itertools.product(
        TYPES,
        ("military", "armed_group", "protesters", "civilians"),
        ("military", "civilians"),
        (None, "drone"),
        (None, 3),
    ):
        codes = coded(
            crosswalk, event_type, [party(actor, "MLI")], [party(recipient, "MLI")], weapon=weapon, killed=killed
        )
        reached.add((codes["acled_event_type"], codes["acled_sub_event_type"]))
        plover.add(codes["plover_type"])
    assert reached - {(None, None)} == {(kind, sub) for kind, subs in ACLED.items() for sub in subs}
    assert plover - {None} == set(PLOVER)


@pytest.mark.parametrize(
    ("actor", "country", "expected"),
    [
        (party("military", "UKR"), "UKR", "Government regains territory"),
        (party("police", "UKR"), "UKR", "Government regains territory"),
        (party("country", "UKR"), "UKR", "Government regains territory"),
        (party("militia", "UKR"), "UKR", "Government regains territory"),
        (party("military"), "UKR", "Government regains territory"),
        (party("military", "UKR"), None, "Government regains territory"),
        (party("military", "RUS"), "UKR", "Non-state actor overtakes territory"),
        (party("country", "RUS"), "UKR", "Non-state actor overtakes territory"),
        (party("militia"), "UKR", "Non-state actor overtakes territory"),
        (party("militia", "RUS"), "UKR", "Non-state actor overtakes territory"),
        (party("peacekeepers", "UKR"), "UKR", "Non-state actor overtakes territory"),
        (party("armed_group", "UKR"), "UKR", "Non-state actor overtakes territory"),
        (party(None), "UKR", "Non-state actor overtakes territory"),
    ],
)
def test_who_takes_a_place_decides(crosswalk: Crosswalk, actor: dict, country: str | None, expected: str) -> None:
    codes = coded(crosswalk, "territory_seized", [actor], country=country)
    assert codes["acled_event_type"] == "Battles" and codes["acled_sub_event_type"] == expected
    assert (codes["plover_type"], codes["plover_mode"], codes["cameo_code"]) == ("COERCE", "seize", "192")


def test_a_place_taken_by_nobody_named_is_not_the_governments(crosswalk: Crosswalk) -> None:
    assert sub_event(crosswalk, "territory_seized") == "Non-state actor overtakes territory"
    assert sub_event(crosswalk, "territory_handed_over") == "Non-violent transfer of territory"


@pytest.mark.parametrize("event_type", ["shooting", "assassination", "attack_on_civilians", "execution", "torture"])
def test_armed_violence_against_civilians_is_an_attack(crosswalk: Crosswalk, event_type: str) -> None:
    codes = coded(crosswalk, event_type, [party("armed_group")], [party("civilians")], killed=3)
    assert codes["acled_event_type"] == "Violence against civilians" and codes["acled_sub_event_type"] == "Attack"
    assert codes["plover_type"] == "ASSAULT"


@pytest.mark.parametrize("event_type", ["shooting", "assassination", "ambush", "attack_on_civilians"])
@pytest.mark.parametrize("victim", ["military", "police", "armed_group"])
def test_armed_violence_against_the_armed_is_a_clash(crosswalk: Crosswalk, event_type: str, victim: str) -> None:
    assert sub_event(crosswalk, event_type, [party("armed_group")], [party(victim)]) == "Armed clash"


@pytest.mark.parametrize(
    ("event_type", "weapon", "expected"),
    [
        ("assassination", "car_bomb", "Remote explosive/landmine/IED"),
        ("attack_on_civilians", "drone", "Air/drone strike"),
        ("explosive_attack", "rocket", "Shelling/artillery/missile attack"),
        ("explosive_attack", None, "Remote explosive/landmine/IED"),
        ("explosive_attack", "petrol_bomb", "Mob violence"),
        ("shelling", "helicopter", "Air/drone strike"),
        ("shelling", "tank", "Shelling/artillery/missile attack"),
        ("ambush", "landmine", "Remote explosive/landmine/IED"),
        ("shooting", "grenade", "Grenade"),
        ("attack_on_civilians", "chemical", "Chemical weapon"),
        ("attack_on_civilians", "suicide_bomb", "Suicide bomb"),
        ("attack_on_civilians", "blade", "Attack"),
    ],
)
def test_a_weapon_from_afar_decides_in_acled(
    crosswalk: Crosswalk, event_type: str, weapon: str | None, expected: str
) -> None:
    assert sub_event(crosswalk, event_type, [party("armed_group")], [party("civilians")], weapon=weapon) == expected


@pytest.mark.parametrize(
    ("weapon", "mode", "cameo"),
    [
        ("firearm", "firearms", "193"),
        ("mortar", "heavy-weapons", "194"),
        ("aircraft", "aerial", "195"),
        ("drone", "drone", "1952"),
        ("car_bomb", "explosives", "1832"),
        ("ied", "explosives", "1833"),
        ("blade", "primitive", "182"),
        (None, None, "180"),
    ],
)
def test_a_weapon_is_plovers_mode(crosswalk: Crosswalk, weapon: str | None, mode: str | None, cameo: str) -> None:
    codes = coded(crosswalk, "attack_on_civilians", [party("armed_group")], [party("civilians")], weapon=weapon)
    assert (codes["plover_type"], codes["plover_mode"], codes["cameo_code"]) == ("ASSAULT", mode, cameo)


@pytest.mark.parametrize("event_type", COOPERATION)
@pytest.mark.parametrize("status", ["planned", "hypothetical"])
def test_cooperation_to_come_is_agree(crosswalk: Crosswalk, event_type: str, status: str) -> None:
    codes = coded(crosswalk, event_type, [party("government", "FRA")], [party("government", "MLI")], status)
    assert codes["plover_type"] == "AGREE" and codes["cameo_code"].startswith("03")


@pytest.mark.parametrize("event_type", COOPERATION)
def test_cooperation_refused_is_reject(crosswalk: Crosswalk, event_type: str) -> None:
    codes = coded(crosswalk, event_type, [party("government", "FRA")], status="denied")
    assert codes["plover_type"] == "REJECT" and codes["cameo_code"].startswith("12")


@pytest.mark.parametrize("event_type", VIOLENCE)
def test_violence_to_come_is_threaten(crosswalk: Crosswalk, event_type: str) -> None:
    codes = coded(crosswalk, event_type, [party("armed_group")], [party("civilians")], "planned")
    assert (codes["plover_type"], codes["plover_mode"]) == ("THREATEN", "violence")
    assert codes["cameo_code"].startswith("13")


@pytest.mark.parametrize("event_type", VIOLENCE)
@pytest.mark.parametrize("status", ["denied", "hypothetical"])
def test_violence_that_did_not_happen_has_no_codes(crosswalk: Crosswalk, event_type: str, status: str) -> None:
    assert set(coded(crosswalk, event_type, [party("military")], status=status).values()) == {None}


def test_a_protest_met_with_force_changes_kind(crosswalk: Crosswalk) -> None:
    people, police = [party("protesters")], [party("police", "MLI")]
    assert sub_event(crosswalk, "protest", people) == "Peaceful protest"
    assert sub_event(crosswalk, "protest", people, weapon="tear_gas") == "Protest with intervention"
    assert sub_event(crosswalk, "protest_dispersed", police, people) == "Protest with intervention"
    assert sub_event(crosswalk, "protest_dispersed", police, people, killed=0) == "Protest with intervention"
    assert sub_event(crosswalk, "protest_dispersed", police, people, killed=2) == "Excessive force against protesters"
    assert sub_event(crosswalk, "protest_repressed", police, people) == "Excessive force against protesters"
    assert sub_event(crosswalk, "protest", people, weapon="stone") == "Violent demonstration"
    assert coded(crosswalk, "armed_clash", people, police)["plover_type"] == "PROTEST"


def test_words_and_deeds_of_politics(crosswalk: Crosswalk) -> None:
    expected = {
        "meeting": "CONSULT",
        "demand": "REQUEST",
        "accusation": "ACCUSE",
        "investigation": "ACCUSE",
        "rejection": "REJECT",
        "denial": "REJECT",
        "arrest": "COERCE",
        "ceasefire": "RETREAT",
        "concession": "CONCEDE",
        "sanction": "SANCTION",
        "troop_deployment": "MOBILIZE",
        "aid": "AID",
    }
    state = [party("government", "MLI")]
    assert {kind: coded(crosswalk, kind, state)["plover_type"] for kind in expected} == expected
    assert coded(crosswalk, "ceasefire", state)["cameo_code"] == "0871"
    assert sub_event(crosswalk, "ceasefire", state) == "Agreement"


def test_who_is_no_authority_abducts(crosswalk: Crosswalk) -> None:
    assert sub_event(crosswalk, "arrest", [party("police", "MLI")]) == "Arrests"
    assert sub_event(crosswalk, "arrest", [party("armed_group")]) == "Abduction/forced disappearance"


def test_an_unknown_event_type_is_refused(crosswalk: Crosswalk) -> None:
    with pytest.raises(CrosswalkError, match=r"'picnic' stands in no row of seeds/crosswalk\.csv"):
        coded(crosswalk, "picnic")


def test_the_first_row_whose_conditions_all_hold_decides() -> None:
    empty = {field.name: () if field.kind == "list" else None for field in VOCABULARIES["crosswalk"].fields}
    rows = [
        empty | {"scheme": "cameo", "event_type_code": ("raid",), "weapon_code": ("tank",), "code": "1"},
        empty | {"scheme": "cameo", "event_type_code": ("raid",), "has_killed": False, "code": "2"},
        empty | {"scheme": "cameo", "event_type_code": (), "code": "3"},
        empty | {"scheme": "cameo", "event_type_code": ("riot",), "code": "4"},
    ]
    crosswalk = Crosswalk(pd.DataFrame(rows, dtype=object))
    assert coded(crosswalk, "raid", weapon="tank")["cameo_code"] == "1"
    assert coded(crosswalk, "raid")["cameo_code"] == "2"
    assert coded(crosswalk, "raid", killed=1)["cameo_code"] == "3"
    assert coded(crosswalk, "riot")["cameo_code"] == "3"


PARTIES = st.lists(st.builds(party, st.sampled_from([None, *KINDS]), st.sampled_from([None, "MLI", "FRA"])), max_size=3)


@given(
    event_type=st.sampled_from(TYPES),
    status=st.sampled_from(STATUSES),
    weapon=st.sampled_from([None, *WEAPONS]),
    actors=PARTIES,
    recipients=PARTIES,
    country=st.sampled_from([None, "MLI"]),
    killed=st.none() | st.integers(0, 50),
)
def test_any_event_gets_whole_codes_whatever_the_order_of_its_parties(
    crosswalk: Crosswalk, event_type, status, weapon, actors, recipients, country, killed
) -> None:
    codes = coded(crosswalk, event_type, actors, recipients, status, weapon, country, killed)
    assert codes == coded(crosswalk, event_type, actors[::-1], recipients[::-1], status, weapon, country, killed)
    assert (codes["acled_event_type"] is None) == (codes["acled_sub_event_type"] is None)
    assert codes["plover_mode"] is None or codes["plover_type"] is not None
    assert codes["acled_event_type"] is None or status in ("occurred", "ongoing")


@pytest.mark.parametrize(
    ("other", "recipients", "kind"),
    [
        ("protest_dispersed", ["protesters"], "Protest with intervention"),
        ("protest_repressed", ["protesters"], "Excessive force against protesters"),
        ("arrest", ["protesters"], "Protest with intervention"),
        ("armed_clash", ["police"], "Violent demonstration"),
        ("meeting", [], "Peaceful protest"),
    ],
)
def test_what_a_protest_met_with_changes_its_kind(
    crosswalk: Crosswalk, other: str, recipients: list, kind: str
) -> None:
    def row(event_type: str, at: int, types: list[str]) -> dict:
        parties = [party(one) for one in types]
        common = {"status_code": "occurred", "trigger_start": at, "actors": []}
        return common | {"event_type_code": event_type, "recipients": parties}

    protest = row("protest", 0, [])
    found = met_with(protest, [protest, row(other, 120, recipients)])
    assert sub_event(crosswalk, "protest", met_with=found) == kind
    too_far = met_with(protest, [protest, row(other, 4000, recipients)])
    assert sub_event(crosswalk, "protest", met_with=too_far) == "Peaceful protest"
