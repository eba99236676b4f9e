"""The report page in a browser: what it shows, how it filters and opens, and that no text of a document ever runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pytest
from browser import CHROMIUM, Browser
from report_rows import few, many, release

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


@pytest.fixture
def look(browser: Browser, tmp_path: Path) -> Opener:
    """Opens the page of a release at a view; the window is a desk's unless a width is given."""

    def look(tables: dict[str, pa.Table], view: str = "", width: int = 1280) -> Browser:
        path = tmp_path / "report.html"
        path.write_text(report(tables, load_all()), "utf-8")
        browser.size(width, 900)
        browser.media()
        browser.open(f"{path.as_uri()}{view}")
        assert browser.js("document.documentElement.dataset.ready") is not None
        return browser

    return look


def listed(browser: Browser) -> list[str]:
    """Ids of the events in the list."""
    return browser.js("[...document.querySelectorAll('[data-event]')].map((node) => node.dataset.event)")


def text(browser: Browser, selector: str) -> Any:
    found = browser.js(f"document.querySelector({selector!r})?.textContent")
    return " ".join(found.split()) if found else found


def test_all_events_are_listed_newest_first(look: Opener) -> None:
    page = look(release(few()))
    assert listed(page) == ["ev_2", "ev_1", "ev_0"]
    assert text(page, "#count") == "3 of 3 events, 3 single incidents"
    assert page.errors == []


@pytest.mark.parametrize(
    ("view", "ids"),
    [
        ("#kind=air_strike", ["ev_0"]),
        ("#from=2024-03-05", ["ev_2", "ev_1"]),
        ("#from=2024-03-05&to=2024-03-11", ["ev_1"]),
        ("#actor=m23", ["ev_1", "ev_0"]),
        ("#actor=m23&recipient=wazalendo", ["ev_1"]),
        ("#recipient=m23", ["ev_0"]),
        ("#place=north+kivu", ["ev_1", "ev_0"]),
        ("#place=philippines", ["ev_2"]),
        ("#certainty=happened", ["ev_2", "ev_1", "ev_0"]),
        ("#certainty=planned", []),
        ("#q=marched+SENATE", ["ev_2"]),
        ("#q=nothing+of+the+kind", []),
        ("#sort=oldest", ["ev_0", "ev_1", "ev_2"]),
        ("#sort=killed", ["ev_0", "ev_2", "ev_1"]),
    ],
)
def test_filters_in_the_address(look: Opener, view: str, ids: list[str]) -> None:
    page = look(release(few()), view)
    assert listed(page) == ids
    assert text(page, "#count").startswith(f"{len(ids)} of 3 events, ")
    assert page.errors == []


def test_a_filter_by_hand_is_announced_and_kept_in_the_address(look: Opener) -> None:
    page = look(release(few()))
    page.js("document.querySelector('[name=kind]').focus()")
    page.js(
        "const select = document.activeElement; select.value = 'protest';"
        "select.dispatchEvent(new Event('input', { bubbles: true })); new Promise((done) => setTimeout(done, 300))"
    )
    assert listed(page) == ["ev_2"]
    assert page.js("location.hash") == "#kind=protest"
    assert page.js("document.getElementById('count').getAttribute('aria-live')") == "polite"
    page.js("document.querySelector('#filters [type=reset]').click()")
    assert len(listed(page)) == 3 and page.js("location.hash") == ""


def test_bars_circles_and_cells_filter_too(look: Opener) -> None:
    page = look(release(few()))
    page.js("document.querySelector('#matrix button').click()")
    assert len(listed(page)) == 1 and "recipient=" in page.js("location.hash")
    page.js("document.querySelector('#filters [type=reset]').click()")
    page.js("document.querySelector('#timetable button').click()")
    assert page.js("location.hash") == "#from=2024-03-04&to=2024-03-04" and listed(page) == ["ev_0"]
    page.js("document.getElementById('wholespan').click()")
    page.js("document.querySelector('#placetable button').click()")
    assert page.js("location.hash").startswith("#place=") and len(listed(page)) == 1


def test_an_opened_event_tells_how_it_is_known(look: Opener) -> None:
    page = look(release(few()), "#kind=air_strike&open=ev_0")
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


def test_words_that_the_sentence_lacks_are_told_apart(look: Opener) -> None:
    rows = few()
    rows["mentions"][1] |= {"place_text": "Kitchanga", "date_text": None}
    page = look(release(rows), "#open=ev_1")
    assert "Not marked in this sentence: place “Kitchanga”." in text(page, "[data-opened] blockquote")


def test_an_event_opens_and_closes_by_key(look: Opener) -> None:
    page = look(release(few()))
    page.js("document.querySelector('[data-event=ev_1]').focus()")
    page.press("Enter", 13, "\r")
    assert page.js("document.querySelector('[data-opened]').dataset.opened") == "ev_1"
    assert page.js("location.hash") == "#open=ev_1"
    assert page.js("document.activeElement.dataset.event") == "ev_1"
    assert page.js("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.press("Enter", 13, "\r")
    assert page.js("document.querySelector('[data-opened]')") is None


def test_an_event_that_the_filters_leave_out_opens_all_the_same(look: Opener) -> None:
    page = look(release(few()), "#kind=protest&open=ev_0")
    assert (
        listed(page) == ["ev_2"] and page.js("document.querySelector('#loose [data-opened]').dataset.opened") == "ev_0"
    )
    page = look(release(few()), "#open=ev_of_old")
    assert "Event ev_of_old is not on this page" in text(page, "#loose")


def test_no_text_of_a_document_runs(look: Opener) -> None:
    rows = few()
    for table in ("events", "mentions", "documents", "territory", "rejects"):
        for row in rows[table]:
            for name in row:
                if name.endswith(("_text", "_label", "title", "publisher", "uri", "message")):
                    row[name] = HOSTILE
    for row in (*rows["events"], *rows["mentions"]):
        row["actors"] = row["recipients"] = [row["actors"][0] | {"label": HOSTILE, "text": HOSTILE}]
        row["numbers"] = [{"kind_code": "killed", "side_code": None, "low": 1, "high": 1, "text": HOSTILE}]
    rows["events"][0]["claims"][0] |= {"speaker_text": HOSTILE, "speaker_label": HOSTILE}
    rows["documents"][0]["url"] = "javascript:window.ran=1"
    rows["documents"][1]["url"] = "data:text/html,<script>window.ran=1</script>"
    for event in ("ev_0", "ev_1"):
        page = look(release(rows), f"#q={quote('<img')}&open={event}")
        assert page.errors == [] and page.js("window.ran") is None
        assert len(listed(page)) == 3
        assert page.js("document.querySelectorAll('img, [onmouseover], [onerror]').length") == 0
        assert page.js("document.querySelectorAll('script').length") == 4
        assert HOSTILE.split("\u2028")[0] in page.js("document.querySelector('[data-opened]').textContent")
        assert page.js("document.querySelectorAll('[data-opened] li a').length") == 0
    assert "javascript:window.ran=1" in page.js("document.getElementById('tellings').textContent")


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


@pytest.mark.parametrize("view", ["", "#open=ev_0"])
def test_a_phone_need_not_scroll_sideways(look: Opener, view: str) -> None:
    rows = few()
    rows["mentions"][0]["speaker_text"] = "w" * 300
    rows["events"][0]["actor_label"] = "w" * 300
    rows["events"][0]["actors"][0]["label"] = "w" * 300
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
    page.js("localStorage.clear()")


def test_every_field_and_button_has_a_name(look: Opener) -> None:
    page = look(release(few()), "#open=ev_0")
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
    assert text(page, "#count") == "0 of 0 events, 0 single incidents" and page.errors == []


def test_days_long_ago_and_missing_ones(look: Opener) -> None:
    rows = few()
    rows["events"][0] |= {"date_start": date(1648, 10, 24), "date_end": None}
    rows["events"][1] |= {
        "date_start": None,
        "date_end": None,
        "latitude": None,
        "longitude": None,
        "place_label": None,
    }
    page = look(release(rows))
    assert listed(page) == ["ev_2", "ev_0", "ev_1"]
    assert "1 undated" in text(page, "#timehelp") and "Without a known place: 1." in text(page, "#unplaced")


def test_a_page_of_twenty_thousand_events(look: Opener) -> None:
    page = look(many(20_000), "#page=3")
    assert page.errors == []
    assert text(page, "#count").startswith("20,000 of 20,000 events, ")
    assert len(listed(page)) == 50 and "Page 3 of 400" in text(page, "#pager")
    page.js("document.querySelector('#kindtable button').click()")
    assert len(listed(page)) == 50 and page.js("location.hash").startswith("#kind=")
    page.js("document.querySelector('[data-event]').click()")
    assert text(page, "[data-opened] mark.trigger")
