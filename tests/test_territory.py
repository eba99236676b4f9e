"""Who held a place on a day, and who says so: what an analyst asks of a release."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from link_rows import ACTORS, PLACES, Linked, link, mention
from release_rows import rows_of

from flows.cli import main
from tasks.reading.territory import UnknownPlaceError, control_lines
from tasks.tables import RELEASE_TABLES

IMAM = "Imam Sahib District"
KINDS = {"district", "province"}
MUJAHED = {"speaker": "Mujahed", "speaker_id": "taliban"}


def fall(document: str, sentence: str = "The Taliban took Imam Sahib", **given) -> dict:
    return mention(sentence, document, **{"on": "2021-06-21", "place": IMAM, "actors": ["taliban"]} | given)


def back(document: str, **given) -> dict:
    return fall(document, "The army retook Imam Sahib", **{"actors": ["afg_army"], "on": "2021-07-02"} | given)


def release(folder: Path, *rows: dict) -> Path:
    """A release of what these mentions tell, as far as the time line needs it."""
    linked: Linked = link(*rows)
    places = [{"place_id": f"pl_{n}", "label": n, "kind_code": p[0], "admin1_name": p[2]} for n, p in PLACES.items()]
    actors = [{"actor_id": actor_id, "label": actor[0]} for actor_id, actor in ACTORS.items()]
    for name, table in {
        "events": linked.table,
        "territory": linked.held,
        "places": rows_of(RELEASE_TABLES["places"], *places),
        "actors": rows_of(RELEASE_TABLES["actors"], *actors),
    }.items():
        pq.write_table(table, folder / f"{name}.parquet")
    (folder / "manifest.json").write_text("{}")
    return folder


def told(folder: Path, place: str, on: str | None = None) -> str:
    return "\n".join(control_lines(folder, place, KINDS, date.fromisoformat(on) if on else None))


FALL_AND_RETURN = (
    fall("a", recipients=["afg_army"], **MUJAHED),
    fall("b", "Imam Sahib fell on Monday"),
    back("c"),
    fall("d", "The Taliban took Imam Sahib again", on="2021-08-08"),
)


def test_who_held_a_place_as_it_was_known(demo_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def asked(*more: str) -> str:
        assert main(["territory", "Sake", *more, "--data", str(demo_data)]) == 0
        return capsys.readouterr().out

    assert "taken by M23" in asked() and "held by Armed Forces" in asked()
    then = asked("--known-on", "2024-03-04")
    assert "taken by M23" in then and "residents: Rebels of the M23" in then
    # the army's word, and another report of the fall, came a day later
    assert "held by" not in then and "M23 fighters took control" not in then
    assert "no change of control is told" in asked("--known-on", "2024-03-01")
    assert "on 2024-03-06: M23" in asked("--on", "2024-03-06", "--known-on", "2024-03-04")


def test_nobody_held_a_place_before_whom_only_a_later_report_names(tmp_path: Path) -> None:
    folder = release(tmp_path, fall("a", on="2021-06-21"), back("b", on="2021-07-02"))
    mentions = [{"mention_id": f"{row['event_id']} {one['document_id']}", "event_id": row["event_id"]} | one
                for row in pq.read_table(folder / "events.parquet").to_pylist()
                for one in [{"document_id": row["evidence"][0]["document_id"]}]]  # fmt: skip
    days = {"a": date(2021, 7, 9), "b": date(2021, 7, 3)}
    published = [{"document_id": id_, "published_date": day} for id_, day in days.items()]
    for name, rows in (("mentions", mentions), ("documents", published)):
        pq.write_table(rows_of(RELEASE_TABLES[name], *rows), folder / f"{name}.parquet")
    lines = list(control_lines(folder, IMAM, KINDS, known_on=date(2021, 7, 3)))
    assert [line.split("  ev_")[0].strip() for line in lines if "ev_" in line] == [
        "2021-07-02  taken by Afghan National Army; reported"
    ]


def test_the_time_line_names_who_from_whom_how_sure_and_who_says_so(tmp_path: Path) -> None:
    lines = told(release(tmp_path, *FALL_AND_RETURN), IMAM).split("\n")
    assert lines[0] == f"{IMAM} (admin2, Kunduz, AFG)  pl_{IMAM}"
    steps = [line for line in lines if "ev_" in line]
    assert [step.split("  ev_")[0].strip() for step in steps] == [
        "2021-06-21  taken by Taliban, before by Afghan National Army; confirmed",
        "2021-07-02  taken by Afghan National Army, before by Taliban; reported",
        "2021-08-08  taken by Taliban, before by Afghan National Army; reported",
    ]
    assert lines[2:4] == [
        "      Mujahed: The Taliban took Imam Sahib",
        "      in the report's own voice: Imam Sahib fell on Monday",
    ]


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2021-06-20", "not told; the first change is of 2021-06-21; Afghan National Army held it until then"),
        ("2021-06-21", "Taliban"),
        ("2021-06-25", "Taliban"),
        ("2021-07-02", "Afghan National Army"),
        ("2021-12-31", "Taliban"),
    ],
)
def test_the_state_on_a_day_is_that_after_the_last_change(tmp_path: Path, on: str, state: str) -> None:
    lines = told(release(tmp_path, *FALL_AND_RETURN), IMAM, on).split("\n")
    assert lines[1] == f"  on {on}: {state}"
    assert sum("ev_" in line for line in lines) == (0 if "not told" in state else 1)


def test_a_denied_fall_is_contested_and_what_stood_before_is_told_too(tmp_path: Path) -> None:
    rows = [
        fall("a", on="2021-06-01", actors=["isk"]),
        fall("b"),
        fall("c", "The army denied that Imam Sahib fell", told="2021-06-22", status="denied"),
    ]
    text = told(release(tmp_path, *rows), IMAM, "2021-06-25")
    assert "on 2021-06-25: contested; the newest word is for Taliban" in text
    assert text.index("disputed") < text.index("nobody denies") < text.index("taken by Islamic State Khorasan")


def test_who_says_that_he_still_holds_a_place_contests_its_fall_and_confirms_his_own(tmp_path: Path) -> None:
    holds = {"status": "ongoing", "told": "2021-06-23", "on": None}
    rows = [fall("a"), fall("b", "Our soldiers hold Imam Sahib", actors=["afg_army"], **holds)]
    assert "contested; the newest word is for Afghan National Army" in told(
        release(tmp_path, *rows), IMAM, "2021-06-25"
    )
    holds["told"] = "2021-07-20"
    rows = [fall("a", on="2021-06-01"), fall("b", "The Taliban hold Imam Sahib", **holds)]
    text = told(release(tmp_path, *rows), IMAM, "2021-07-25")
    assert "on 2021-07-25: Taliban" in text and "reported 2021-07-20  held by Taliban" in text


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_a_place_won_back_within_a_day_is_lost_first(order: tuple[str, str]) -> None:
    rows = [
        fall("z", on="2021-05-01", actors=["afg_police"]),
        fall(order[0]),
        back(order[1], on="2021-06-21"),
    ]
    held = [(row["controller_actor_id"], row["previous_controller_actor_id"]) for row in link(*rows).territory]
    assert held == [("afg_police", None), ("taliban", "afg_police"), ("afg_army", "taliban")]


def test_who_left_holds_a_place_no_longer(tmp_path: Path) -> None:
    leave = {"type": "retreat", "on": "2021-07-28"}
    away = mention("The Taliban withdrew", "b", place=IMAM, actors=["taliban"], **leave)
    other = mention("The army fled", "c", place=IMAM, actors=["afg_army"], **leave | {"on": "2021-07-20"})
    folder = release(tmp_path, fall("a"), away, other)
    assert "on 2021-07-25: Taliban" in told(folder, IMAM, "2021-07-25")
    assert "on 2021-07-30: not told; Taliban held it" in told(folder, IMAM, "2021-07-30")
    line = told(folder, IMAM)
    assert (
        line.index("taken by Taliban") < line.index("2021-07-20  left by") < line.index("2021-07-28  left by Taliban")
    )


@pytest.mark.parametrize("given", [{"type": "retreat"}, {"status": "hypothetical"}, {"status": "denied"}])
def test_who_leaves_a_place_or_never_came_hands_it_to_nobody(given: dict) -> None:
    assert link(fall("a", **given)).territory == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("imam-sahib", [IMAM]),
        ("Imam Sahib district", [IMAM]),
        (f"pl_{IMAM}", [IMAM]),
        ("Kunduz", [IMAM, "Kunduz", "Kunduz Province"]),
        ("Kabul", ["Kabul", "Kabul Province"]),
    ],
)
def test_a_place_is_found_by_name_id_or_division(tmp_path: Path, asked: str, found: list[str]) -> None:
    lines = told(release(tmp_path, fall("a")), asked).split("\n")
    heads = [line.split("  pl_")[1] for line in lines if line and line[0] != " "]
    assert [head for head in heads if head != "Imam Sahib"] == found
    assert lines.count("  no change of control is told") == len(heads) - (IMAM in heads)


def test_an_unknown_place_is_refused_with_close_names(tmp_path: Path) -> None:
    with pytest.raises(UnknownPlaceError, match=r"no place 'Imam Saheb'; close are Imam Sahib"):
        told(release(tmp_path, fall("a")), "Imam Saheb")
    with pytest.raises(UnknownPlaceError, match=r"no place 'Xyzzy'$"):
        told(tmp_path, "Xyzzy")


def test_the_command_answers_and_its_exit_code_says_whether(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(release(tmp_path, fall("a")))
    assert main(["territory", "Imam Sahib", "--on", "2021-06-25", "--release", folder]) == 0
    assert "on 2021-06-25: Taliban" in capsys.readouterr().out
    assert main(["territory", "Imam Sahb", "--release", folder]) == 1
    assert "close are Imam Sahib" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["territory", IMAM, "--on", "25.6.2021", "--release", folder])
    assert ended.value.code == 2
