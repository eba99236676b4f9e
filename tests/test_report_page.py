"""The report page in a browser: what it shows, how it filters and opens, and that no text of a document ever runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pyarrow as pa
import pytest
from browser import CHROMIUM, Browser
from report_rows import few, many, rebels_say_forty, release

from tasks.publish.report import report
from tasks.vocabularies import load_all

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")

HOSTILE = (
    '</script><script>window.ran = 1</script><img src=x onerror="window.ran = 1">" onmouseover="window.ran = 1"\u2028'
)
Opener = Callable[..., Browser]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def vocabularies() -> dict[str, pd.DataFrame]:
    return dict(load_all())


@pytest.fixture
def look(browser: Browser, tmp_path: Path, vocabularies: dict[str, pd.DataFrame]) -> Opener:
    """Opens the page of a release at a view; the window is a desk's unless a width is given."""

    def look(tables: dict[str, pa.Table], view: str = "", width: int = 1280) -> Browser:
        path = tmp_path / "report.html"
        path.write_text(report(tables, vocabularies, "v2024.03.13.1"), "utf-8")
        browser.size(width, 900)
        browser.media()
        browser.open(f"{path.as_uri()}{view}")
        browser.wait("document.documentElement.dataset.ready !== undefined")
        browser.wait("!document.querySelector('[data-opened]:not([data-told])')")
        return browser

    return look


def listed(browser: Browser) -> list[str]:
    """Ids of the rows in the list."""
    return browser.js("[...document.querySelectorAll('[data-row]')].map((node) => node.dataset.row)")


def text(browser: Browser, selector: str) -> Any:
    found = browser.js(f"document.querySelector({selector!r})?.textContent")
    return " ".join(found.split()) if found else found


def ticks(browser: Browser, name: str) -> list[str]:
    """The values of a list of filters with their counts, as a reader sees them."""
    browser.js(f"document.querySelector('[data-facet={name}]').open = true; new Promise(requestAnimationFrame)")
    lines = f"[...document.querySelectorAll('[data-facet={name}] li')].map((node) => node.innerText)"
    return [" ".join(line.split()) for line in browser.js(lines)]


def typed(browser: Browser, words: str) -> None:
    """Words typed into the search; what they need of the sentences is read then."""
    browser.js(
        f"const field = document.querySelector('[name=q]'); field.value = {words!r};"
        "field.dispatchEvent(new Event('input', { bubbles: true })); sentences.reading;"
        "new Promise((done) => setTimeout(done, 60))"
    )
    browser.wait("!state.q || sentences.isRead")
    browser.js("new Promise((done) => setTimeout(done, 60))")


def saved(browser: Browser, button: str) -> str:
    """The text that a button saves to a file."""
    browser.js(
        "HTMLAnchorElement.prototype.click = () => {};"
        "URL.createObjectURL = (blob) => { window.kept = blob; return 'blob:none'; }"
    )
    browser.js(f"document.getElementById('{button}').click()")
    return browser.js("window.kept.arrayBuffer().then((of) => new TextDecoder('utf-8', {ignoreBOM: true}).decode(of))")


def test_the_page_opens_on_incidents_newest_first(look: Opener) -> None:
    page = look(release(few()))
    assert listed(page) == ["in_2", "in_1", "in_0"]
    assert text(page, "#count") == "3 of 3 incidents, 12 dead"
    assert page.js("document.title") == "Sitrep v2024.03.13.1"
    assert text(page, "header p") == "Events from 2024-03-04 to 2024-03-12; 3 documents; publishers known: 1."
    assert page.errors == []


def test_what_is_hidden_is_not_shown(look: Opener) -> None:
    page = look(release(few()))
    shown = "[...document.querySelectorAll('[hidden]')].filter((node) => getComputedStyle(node).display !== 'none')"
    assert page.js("document.querySelectorAll('[hidden]').length") > 4 and page.js(f"{shown}.length") == 0
    # as what needs scripts is where there are none
    page.js("document.getElementById('explore').hidden = true")
    assert page.js(f"{shown}.length") == 0


def test_who_died_is_told_by_group_and_name_and_found_by_group(look: Opener) -> None:
    rows = few()
    four = {"kind_code": "killed", "group_code": "children", "low": 4, "high": 4, "text": "four children"}
    none = {"kind_code": "killed", "group_code": "civilian", "low": 0, "high": 0, "text": "no civilians"}
    rows["incidents"][0]["casualties"] = [none, four]
    rows["incidents"][0]["casualty_names"] = [
        {"kind_code": "killed", "name": "Ahmad Khan", "age": 34},
        {"kind_code": "injured", "name": "<b>Zia", "age": None},
    ]
    page = look(release(rows), "#group=children&open=in_0")
    assert listed(page) == ["in_0"] and ticks(page, "group") == ["Children 1"]
    assert page.js("[...document.querySelectorAll('.told li')].map((node) => node.textContent)")[:4] == [
        "Killed, civilian: 0 (“no civilians”)",
        "Killed, children: 4 (“four children”)",
        "Killed: Ahmad Khan, 34",
        "Injured: <b>Zia",
    ]
    assert next(csv.DictReader(io.StringIO(saved(page, "csv"))))["killed_groups"] == "children"


def test_districts_are_a_list_of_their_own(look: Opener) -> None:
    rows = few()
    rows["incidents"][0]["admin2_name"] = rows["incidents"][1]["admin2_name"] = "Masisi"
    page = look(release(rows), "#admin2=COD/North+Kivu/Masisi")
    assert listed(page) == ["in_1", "in_0"]
    assert ticks(page, "admin2") == ["Masisi, North Kivu, Democratic Republic of the Congo 2"]


def test_without_the_word_of_a_publisher_what_others_tell_is_left(look: Opener) -> None:
    rows = few()
    for i, publisher in enumerate(("Gazette", "Paper", "Gazette")):
        rows["documents"][i]["publisher"] = publisher
    rows["mentions"].append(rows["mentions"][0] | {"mention_id": "me_9", "document_id": "do_1"})
    page = look(release(rows), "#without=Gazette")
    assert listed(page) == ["in_1", "in_0"], "Paper tells of in_0 as well"
    assert text(page, "#chosen") == "Without the word of: Gazette ×"
    assert listed(look(release(rows), "#without=Gazette&without=Paper")) == []


def test_an_opened_row_is_scrolled_below_the_bar_that_stays(look: Opener) -> None:
    page = look(many(60), "#kind=protest&open=in_2")
    edges = "[['.result', 'bottom'], ['.opened h3', 'top']].map(([name, edge]) => "
    bar, title = page.js(edges + "document.querySelector(name).getBoundingClientRect()[edge])")
    assert page.js("scrollY") > 0 and bar <= title


def test_what_is_no_incident_is_a_choice_away(look: Opener) -> None:
    rows = few()
    rows["events"][2]["incident_id"] = None
    del rows["incidents"][2]
    page = look(release(rows))
    assert listed(page) == ["in_1", "in_0"]
    assert listed(look(release(rows), "#rows=other")) == ["ev_2"]
    assert listed(look(release(rows), "#rows=all")) == ["ev_2", "in_1", "in_0"]


@pytest.mark.parametrize(
    ("view", "ids"),
    [
        ("#kind=air_strike", ["in_0"]),
        ("#kind=air_strike&kind=protest", ["in_2", "in_0"]),
        ("#acled=Battles&kind=air_strike", []),
        ("#from=2024-03-05", ["in_2", "in_1"]),
        ("#from=2024-03-05&to=2024-03-11", ["in_1"]),
        ("#actor=M23", ["in_1", "in_0"]),
        ("#actor=M23&against=Wazalendo", ["in_1"]),
        ("#against=M23", ["in_0"]),
        ("#by=M23", ["in_1"]),
        ("#admin1=COD/North+Kivu", ["in_1", "in_0"]),
        ("#country=PHL", ["in_2"]),
        ("#place=geonames:Goma", ["in_0"]),
        ("#publisher=The+Wire", ["in_2", "in_1", "in_0"]),
        ("#certainty=reported", ["in_2", "in_1", "in_0"]),
        ("#certainty=disputed", []),
        ("#alone=one_publisher", ["in_2", "in_1", "in_0"]),
        ("#q=marched+SENATE", ["in_2"]),
        ("#ids=in_2%2Cin_0&country=COD", ["in_0"]),
        ("#q=goma", ["in_0"]),
        ("#q=nothing+of+the+kind", []),
        ("#sort=oldest", ["in_0", "in_1", "in_2"]),
        ("#sort=killed", ["in_0", "in_2", "in_1"]),
    ],
)
def test_filters_in_the_address(look: Opener, view: str, ids: list[str]) -> None:
    page = look(release(few()), view)
    page.wait("!state.q || sentences.isRead")
    page.js("new Promise((done) => setTimeout(done))")
    assert listed(page) == ids
    assert text(page, "#count").startswith(f"{len(ids)} of 3 incidents")
    assert page.errors == []


def test_lists_count_what_choosing_would_give(look: Opener) -> None:
    page = look(release(few()))
    assert ticks(page, "country") == ["Democratic Republic of the Congo 2", "Philippines 1"]
    assert ticks(page, "actor")[0] == "M23 2"
    page.js("const tick = document.querySelector('[data-facet=country] [value=PHL]'); tick.focus(); tick.click()")
    assert listed(page) == ["in_2"] and page.js("location.hash") == "#country=PHL"
    # the own list still counts what more of it would add, the others only what is left
    assert ticks(page, "country") == ["Philippines 1", "Democratic Republic of the Congo 2"]
    assert [line for line in ticks(page, "kind") if line.endswith("1")] == ["Protest 1"]
    assert page.js("document.activeElement.value") == "PHL"
    page.js("document.querySelector('#chosen button').click()")
    assert len(listed(page)) == 3 and page.js("location.hash") == ""


def test_a_long_list_can_be_narrowed(look: Opener) -> None:
    page = look(many(200))
    assert len(ticks(page, "actor")) == 7 and text(page, "[data-facet=actor] > button").endswith(" more")
    page.js(
        "const field = document.querySelector('[data-facet=actor] input[type=search]'); field.value = 'front_199';"
        "field.dispatchEvent(new Event('input'))"
    )
    assert len(ticks(page, "actor")) < 7


def test_words_are_sought_in_sentences_and_announced(look: Opener) -> None:
    page = look(release(few()))
    page.js("document.activeElement.blur()")
    page.press("/", 191, "/")
    assert page.js("document.activeElement.name") == "q"
    typed(page, "marched")
    assert listed(page) == ["in_2"] and page.js("location.hash") == "#q=marched"
    assert page.js("document.getElementById('count').getAttribute('aria-live')") == "polite"
    page.js("document.getElementById('clear').click()")
    assert len(listed(page)) == 3 and page.js("location.hash") == ""


def test_back_leads_to_the_view_before(look: Opener) -> None:
    page = look(release(few()))
    page.js("document.querySelector('[data-facet=kind] input[value=protest]').click()")
    assert listed(page) == ["in_2"]
    page.js("history.back()")
    page.wait("document.querySelectorAll('[data-row]').length === 3")


def test_bars_and_pairs_filter_too(look: Opener) -> None:
    page = look(release(few()))
    page.js("document.querySelector('#pairs button').click()")
    assert len(listed(page)) == 1 and "against=" in page.js("location.hash")
    page.js("document.getElementById('clear').click()")
    page.js("document.querySelector('#timetable button').click()")
    assert page.js("location.hash") == "#from=2024-03-04&to=2024-03-04" and listed(page) == ["in_0"]
    page.js("document.getElementById('wholespan').click()")
    page.js("document.querySelector('#placetable button').click()")
    assert page.js("location.hash").startswith("#place=") and len(listed(page)) == 1


def test_the_time_line_has_the_dead_and_the_change(look: Opener) -> None:
    page = look(release(few()), "#from=2024-03-11&to=2024-03-17&unit=week")
    assert text(page, "#change") == (
        "2024-03-11 to 2024-03-17: 2 incidents (+1) and 0 dead (−12) against the 7 days before."
    )
    page = look(release(few()), "#unit=week")
    cells = (
        "[...document.querySelectorAll('#timetable tbody tr')].map((row) => [...row.cells].map((of) => of.textContent))"
    )
    assert page.js(cells) == [["week of 2024-03-04", "1", "", "12"], ["week of 2024-03-11", "2", "+1", "0"]]
    assert page.js("document.querySelectorAll('#timeline rect.dead').length") == 1


def test_circles_that_lie_close_open(look: Opener) -> None:
    rows = few()
    rows["incidents"].append(rows["incidents"][0] | {"incident_id": "in_9", "place_id": "x", "latitude": -2.5})
    page = look(release(rows))
    assert sorted(page.js("map.circles().map((circle) => circle.n)")) == [1, 3]
    page.js("map.openCircle(map.circles().find((circle) => circle.spots.length > 1))")
    assert page.js("map.circles().map((circle) => circle.spots.length)") == [1, 1, 1, 1]
    page.js("map.openCircle(map.circles().find((circle) => circle.name === 'Sake'))")
    assert listed(page) == ["in_1"] and page.js("location.hash") == "#place=geonames%3ASake"


def test_provinces_have_borders(look: Opener) -> None:
    page = look(release(few()))
    assert page.js("Object.keys(TEXTS.divisions.lines)") == ["COD", "PHL"]


def test_the_page_of_an_actor_tells_against_whom_and_what_it_held(look: Opener) -> None:
    rows = few()
    rows["territory"][0]["controller_actor_id"] = None
    page = look(release(rows), "#actor=M23")
    assert text(page, "#profile h2") == "M23"
    told = text(page, "#profiletables")
    assert "acts10" in told and "is acted on112" in told
    assert "Air Force0112" in told and "Wazalendo100" in told
    assert "2024-03-11SakeM23, from COD.military" in told
    page.js("document.querySelector('#profiletables table[aria-label=\"Against whom\"] button').click()")
    assert text(page, "#profile h2") == "Air Force" and listed(page) == ["in_0"]


def test_the_page_of_a_place(look: Opener) -> None:
    page = look(release(few()), "#admin1=COD/North+Kivu")
    assert text(page, "#profile h2") == "North Kivu, Democratic Republic of the Congo"
    assert "Wazalendo1" in text(page, "#profiletables")


def test_territory_over_time(look: Opener) -> None:
    page = look(release(few()))
    assert page.js("[...document.querySelectorAll('#control rect title')].map((node) => node.textContent)") == [
        "Sake, 2024-03-11: M23, before: COD.military"
    ]
    page.js("document.querySelector('#control rect').dispatchEvent(new Event('click'))")
    assert page.js("document.querySelector('[data-opened]').dataset.opened") == "in_1"
    assert "No change of control" in text(look(release(few()), "#country=PHL"), "#control")


def test_contradictions_are_listed_and_lead_to_the_claims(look: Opener) -> None:
    rows = few()
    (claim,) = rows["incidents"][0]["claims"]
    rebel = claim | {"speaker_text": "M23", "speaker_label": "M23", "killed_low": 40, "killed_high": 40}
    rows["incidents"][0]["claims"] = [claim, rebel]
    rows["mentions"].append(rebels_say_forty(rows))
    rows["incidents"][1]["denied_by"] = ["M23"]
    page = look(release(rows))
    assert ticks(page, "contradiction") == ["Asserted and denied 1", "Tolls apart 1"]
    told = text(page, "#contradictions")
    assert "Tolls apart: 12 to 15 (the army, in The Wire) | 40 (M23, in The Wire). The release holds: 12." in told
    assert "Asserted and denied: told to have happened | denied by M23." in told
    page.js("[...document.querySelectorAll('#contradictions button')].pop().click()")
    page.wait("document.querySelector('[data-opened][data-told]') !== null")
    assert "40 killed" in text(page, "[data-opened]")


def test_a_share_of_few_and_a_toll_that_nobody_tells_are_not_shown(look: Opener) -> None:
    rows = few()
    rows["incidents"] += [rows["incidents"][0] | {"incident_id": f"in_x{i}"} for i in range(9)]
    page = look(release(rows), "#from=2024-03-11&to=2024-03-17")
    assert "2 incidents (−8, −80 %)" in text(page, "#change")
    assert text(page, "#casualties tbody tr:nth-child(3)") == "Captured0–––"


def test_one_name_of_many_has_the_facts_that_all_share(look: Opener) -> None:
    rows = few()
    for i, country in enumerate(("COD", "KEN", "PHL")):
        people = {"text": "people", "actor_id": None, "label": "people", "actor_type_code": "civilians"}
        rows["incidents"][i]["recipients"] = [people | {"country_code": country}]
    page = look(release(rows), "#open=in_0")
    cells = "[...document.querySelectorAll('.opened dt')].map((one) => [one.textContent, one.nextSibling.textContent])"
    facts = dict(page.js(cells))
    assert facts["Recipients"] == "people (Civilians, no id)"


def test_rows_are_saved_as_they_are_filtered(look: Opener) -> None:
    rows = few()
    rows["incidents"][0]["place_label"] = '=HYPERLINK("x")'
    rows["incidents"][1]["latitude"] = rows["incidents"][1]["longitude"] = None
    page = look(release(rows), "#country=COD&sort=oldest")
    table = saved(page, "csv")
    assert table.startswith("\ufeff")
    told = list(csv.DictReader(io.StringIO(table[1:])))
    assert [row["id"] for row in told] == ["in_0", "in_1"]
    assert told[0]["place_label"] == '\'=HYPERLINK("x")' and told[0]["latitude"] == "-1.67"
    assert (told[0]["killed_low"], told[0]["killed_high"], told[1]["killed_low"]) == ("12", "15", "")
    features = json.loads(saved(page, "geojson"))["features"]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [29.23, -1.67]}
    assert features[1]["geometry"] is None and features[1]["properties"]["killed_low"] is None


def test_an_opened_row_tells_how_it_is_known(look: Opener) -> None:
    page = look(release(few()), "#kind=air_strike&open=in_0")
    assert text(page, "[data-opened] mark.trigger") == "triggerbombed"
    assert text(page, "[data-opened] blockquote div") == (
        "🛩 The actorAir Force triggerbombed recipientM23 in placeGoma dateon Monday."
    )
    told = text(page, "[data-opened]")
    assert "the army (Armed forces)Claims responsibility12 to 15 killedThe Wire" in told
    assert "Killed12 to 15; best 12" in told
    link = "[data-opened] li a"
    assert page.js(f"document.querySelector('{link}').href") == "https://wire.example/0"
    assert "noopener" in page.js(f"document.querySelector('{link}').rel")


def test_an_event_in_the_address_opens_its_incident(look: Opener) -> None:
    page = look(release(few()), "#open=ev_1")
    assert page.js("document.querySelector('[data-opened]').dataset.opened") == "in_1"


def test_words_that_the_sentence_lacks_are_told_apart(look: Opener) -> None:
    rows = few()
    rows["mentions"][1] |= {"place_text": "Kitchanga", "date_text": None}
    page = look(release(rows), "#open=in_1")
    assert "Not marked in this sentence: place “Kitchanga”." in text(page, "[data-opened] blockquote")


def test_a_row_opens_and_closes_by_key(look: Opener) -> None:
    page = look(release(few()))
    page.js("document.querySelector('[data-row=in_1]').focus()")
    page.press("Enter", 13, "\r")
    assert page.js("document.querySelector('[data-opened]').dataset.opened") == "in_1"
    assert page.js("location.hash") == "#open=in_1"
    assert page.js("document.activeElement.dataset.row") == "in_1"
    assert page.js("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.press("Escape", 27)
    assert page.js("document.querySelector('[data-opened]')") is None


def test_a_row_that_the_filters_leave_out_opens_all_the_same(look: Opener) -> None:
    page = look(release(few()), "#kind=protest&open=in_0")
    assert (
        listed(page) == ["in_2"] and page.js("document.querySelector('#loose [data-opened]').dataset.opened") == "in_0"
    )
    page = look(release(few()), "#open=ev_of_old")
    assert "ev_of_old is not on this page" in text(page, "#loose")


def test_no_text_of_a_document_runs(look: Opener) -> None:
    rows = few()
    for table in ("incidents", "events", "mentions", "documents", "territory", "rejects"):
        for row in rows[table]:
            for name in row:
                if name.endswith(("_text", "_label", "title", "publisher", "uri", "message")):
                    row[name] = HOSTILE
    for row in (*rows["incidents"], *rows["events"], *rows["mentions"]):
        row["actors"] = row["recipients"] = [row["actors"][0] | {"label": HOSTILE, "text": HOSTILE}]
        row["numbers"] = [{"kind_code": "killed", "side_code": None, "low": 1, "high": 1, "text": HOSTILE}]
    rows["incidents"][0]["claims"][0] |= {"speaker_text": HOSTILE, "speaker_label": HOSTILE}
    rows["incidents"][0] |= {"claimed_by": [HOSTILE], "denied_by": [HOSTILE]}
    rows["documents"][0]["url"] = "javascript:window.ran=1"
    rows["documents"][1]["url"] = "data:text/html,<script>window.ran=1</script>"
    for row in ("in_0", "in_1"):
        page = look(release(rows), f"#q={quote('<img')}&actor={quote(HOSTILE)}&open={row}")
        assert page.errors == [] and page.js("window.ran") is None
        assert len(listed(page)) == 3
        assert page.js("document.querySelectorAll('img, [onmouseover], [onerror]').length") == 0
        assert page.js("document.querySelectorAll('script').length") == 5
        assert HOSTILE.split("\u2028")[0] in page.js("document.querySelector('[data-opened]').textContent")
        assert page.js("document.querySelectorAll('[data-opened] li a').length") == 0
    assert "javascript:window.ran=1" in page.js("chunkOf(0).then((told) => JSON.stringify(told))")


def test_hostile_views_are_text_too(look: Opener) -> None:
    page = look(release(few()), f"#q={quote(HOSTILE)}&open={quote(HOSTILE)}&sort=nothing&page=-7&from=never&kind=%00")
    assert page.errors == [] and page.js("window.ran") is None and listed(page) == []


def test_a_script_that_is_not_the_pages_own_does_not_run(look: Opener) -> None:
    page = look(release(few()))
    page.js(
        "const script = document.createElement('script'); script.textContent = 'window.ran = 1';"
        "document.body.append(script)"
    )
    assert page.js("window.ran") is None
    assert any("Content Security Policy" in error for error in page.errors)


@pytest.mark.parametrize("view", ["", "#open=in_0", "#actor=M23"])
def test_a_phone_need_not_scroll_sideways(look: Opener, view: str) -> None:
    rows = few()
    rows["mentions"][0]["speaker_text"] = "w" * 300
    rows["incidents"][0]["actors"][0]["label"] = "w" * 300
    rows["documents"][0]["title"] = "w" * 300
    page = look(release(rows), view, width=360)
    assert page.js("document.documentElement.scrollWidth") <= 360


def test_colours_follow_the_reader(look: Opener) -> None:
    page = look(release(few()))
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.js(ground)
    page.media(prefers_color_scheme="dark")
    dark = page.js(ground)
    assert light != dark
    page.js("document.getElementById('theme').click()")
    assert page.js(ground) == light
    page.media()
    page.js("document.getElementById('theme').click()")
    assert page.js(ground) == dark, "on a machine with light colours too"
    kept = look(release(few()))
    assert kept.js(ground) == dark and kept.errors == []
    kept.js("localStorage.clear()")


def test_every_field_and_button_has_a_name(look: Opener) -> None:
    page = look(release(few()), "#open=in_0&actor=M23")
    tree = page.call("Accessibility.getFullAXTree")["nodes"]
    asked = ("button", "textbox", "searchbox", "combobox", "Date", "link", "table", "region", "application")
    named = [n for n in tree if not n["ignored"] and n["role"]["value"] in asked]
    assert len(named) > 30
    assert [n["role"]["value"] for n in named if not n.get("name", {}).get("value")] == []
    levels = page.js("[...document.querySelectorAll('h1, h2, h3, h4')].map((node) => +node.tagName[1])")
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_map_moves_by_key(look: Opener) -> None:
    page = look(release(few()))
    picture = "document.getElementById('map').toDataURL()"
    before = page.js(picture)
    page.js("document.getElementById('map').focus()")
    page.press("+", 187, "+")
    nearer = page.js(picture)
    page.press("ArrowLeft", 37)
    assert len({before, nearer, page.js(picture)}) == 3
    page.press("0", 48, "0")
    assert page.js(picture) == before


def test_an_empty_release_opens(look: Opener) -> None:
    page = look(release({}))
    assert text(page, "#count") == "0 of 0 incidents" and page.errors == []


def test_days_long_ago_and_missing_ones(look: Opener) -> None:
    rows = few()
    rows["incidents"][0] |= {"date_start": date(1648, 10, 24), "date_end": None}
    rows["incidents"][1] |= {"date_start": None, "date_end": None, "place_label": None, "place_id": None}
    rows["incidents"][1] |= {"latitude": None, "longitude": None, "admin1_name": None, "country_code": None}
    page = look(release(rows))
    assert listed(page) == ["in_2", "in_0", "in_1"]
    assert "1 undated" in text(page, "#timehelp") and "Without a known place: 1." in text(page, "#unplaced")


def test_a_page_of_more_rows_than_are_drawn_at_once(look: Opener) -> None:
    page = look(many(21_000, mentions=1), "#page=3")
    page.wait("document.documentElement.dataset.drawn !== undefined")
    assert page.errors == []
    assert text(page, "#count").startswith("21,000 of 21,000 incidents")
    assert len(listed(page)) == 50 and "Page 3 of 420" in text(page, "#pager")
    page.js("document.querySelector('[data-facet=kind] input').click()")
    assert len(listed(page)) == 50 and page.js("location.hash").startswith("#kind=")
    page.js("document.querySelector('[data-row]').click()")
    page.wait("document.querySelector('[data-opened][data-told]') !== null")
    assert text(page, "[data-opened] mark.trigger")
    page.wait("document.documentElement.dataset.drawn !== undefined")
    typed(page, "paper_1 front_77")
    assert len(listed(page)) < 50
