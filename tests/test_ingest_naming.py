"""Records by other names: exports are known by their columns, the rest can be mapped, a refusal says what is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ingesting import NOW, ingest

from tasks.ingest import MappingError, Naming, mapping_of, read
from tasks.vocabularies import load

HELD = "Police held two men in Gao on Tuesday."
DAY = "2024-05-07"
EXPORTS: dict[str, dict[str, Any]] = {
    "acled": {"event_id_cnty": "MLI7", "event_date": DAY, "country": "Mali", "notes": HELD, "source": "Radio X"},
    "ucdp_ged": {"id": 7, "type_of_violence": 1, "date_start": DAY, "source_headline": HELD,
                 "source_office": "Radio X"},
    "gtd": {"eventid": 7, "iyear": 2024, "attacktype1": 2, "summary": HELD},
    "hdx_incidents": {"Date": "2024-05-07", "Event Description": HELD, "SiND Event ID": "MLI7"},
    "reliefweb": {"id": "7", "href": "x", "fields": {
        "title": "Two held", "body-html": f"<p>{HELD}</p>", "date": {"original": "2024-05-07T00:00:00+00:00"},
        "source": [{"name": "Radio X"}], "language": [{"code": "en"}], "url_alias": "https://r.example/7"}},
    "guardian": {"id": "a/b", "webTitle": "Two held", "webPublicationDate": "2024-05-07T00:00:00Z",
                 "webUrl": "https://g.example/7", "fields": {"bodyText": HELD}},
    "newsapi": {"source": {"id": None, "name": "Radio X"}, "title": "Two held", "publishedAt": "2024-05-07T00:00:00Z",
                "url": "https://r.example/7", "urlToImage": None, "description": "Short.", "content": HELD},
    "mediacloud": {"stories_id": 7, "publish_date": DAY, "media_name": "Radio X", "story_text": HELD},
    "news_please": {"maintext": HELD, "date_publish": f"{DAY} 00:00:00", "authors": ["A"]},
    "fundus": {"publishing_date": DAY, "body": {"summary": [], "sections": [{"paragraphs": [HELD]}]}},
    "trafilatura": {"hostname": "r.example", "date": DAY, "text": HELD, "source": "https://r.example/7",
                    "source-hostname": "Radio X"},
    "wordpress": {"id": 7, "date_gmt": f"{DAY}T00:00:00", "link": "https://r.example/7",
                  "content": {"rendered": f"<p>{HELD}</p>"}},
}  # fmt: skip


def one(tmp_path: Path, record: dict[str, Any], **mapping: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    (tmp_path / "r.json").write_text(json.dumps([record]))
    documents, rejects = ingest(tmp_path, **mapping)
    return (documents or [None])[0], (rejects or [None])[0]


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_known_by_its_columns(tmp_path: Path, name: str) -> None:
    (tmp_path / "r.json").write_text(json.dumps([EXPORTS[name]]))
    naming = Naming(load("record_profiles"))
    [(documents, rejects)] = read([str(tmp_path)], load("sources"), None, NOW, naming)
    assert not rejects.num_rows and dict(naming.used) == {name: 1}
    [document] = documents.to_pylist()
    assert json.loads(document["content"])["text"] == HELD
    assert name in ("ucdp_ged", "gtd") or document["published"].startswith("2024-05-07")
    told = json.dumps(EXPORTS[name])
    assert ("Radio X" in told) == (document["publisher"] == "Radio X")
    assert ("/7" in told) == (document["url"] is not None and document["url"].endswith("/7"))


def test_nothing_of_an_export_is_lost(tmp_path: Path) -> None:
    document, _ = one(tmp_path, EXPORTS["acled"] | {"fatalities": 3})
    assert document and document["external_id"] == "MLI7"
    assert json.loads(document["metadata"]) == {"country": "Mali", "fatalities": 3}
    assert json.loads(document["content"])["notes"] == HELD


@pytest.mark.parametrize(
    "record",
    [
        {"event_id_cnty": "MLI7", "event_date": "2024-05-07", "fatalities": 3, "notes": ""},
        {"GLOBALEVENTID": 1, "SQLDATE": 20240507, "EventCode": "190"},
        {"id": 7, "type_of_violence": 1, "date_start": "2024-05-07", "best": 3},
    ],
)
def test_coded_data_is_refused_as_such(tmp_path: Path, record: dict[str, Any]) -> None:
    document, reject = one(tmp_path, record)
    assert document is None and reject and reject["reason_code"] == "coded_data"


def test_rows_of_gdelt_come_without_a_header(tmp_path: Path) -> None:
    row = ["1170000001", "20240507", "202405", "2024", "2024.3452", *[""] * 20, "1", "190", "190", "19", "4", "-10.0"]
    rows = "\n".join("\t".join([*row, *["5"] * (61 - len(row))]) for _ in range(3))
    (tmp_path / "20240507.export.CSV").write_text(rows)
    documents, [reject] = ingest(tmp_path)
    assert not documents and reject["reason_code"] == "coded_data" and "GDELT" in reject["message"]


def test_a_refusal_says_what_is_there_and_what_fits_best(tmp_path: Path) -> None:
    _, reject = one(tmp_path, {"id": 1, "heading": "Two held", "story": HELD, "empty": ""})
    assert reject and reject["reason_code"] == "no_text"
    assert reject["message"] == (
        "the record has no text; it has id, heading, story; nearest to a text: story (--map text=story)"
    )


def test_names_can_be_mapped(tmp_path: Path) -> None:
    record = {"Key": "7", "Story": HELD, "when": "2024-05-07", "text": "Not this."}
    document, _ = one(tmp_path, record, text="story", published="when", id="KEY")
    assert document and json.loads(document["content"])["text"] == HELD
    assert (document["external_id"], document["published"]) == ("7", "2024-05-07")
    _, reject = one(tmp_path, record, text="tale")
    assert reject and "no text in 'tale'" in reject["message"]


def test_a_source_maps_its_own_names_and_what_is_typed_goes_over_them() -> None:
    sources = load("sources").copy()
    sources["map"] = [("text=notes", "id=key")] * len(sources)
    assert mapping_of("reuters", sources, "id=nr") == {"text": "notes", "id": "nr"}
    assert mapping_of(None, sources, None) == {}


@pytest.mark.parametrize("typed", ["text", "text=", "=notes", "body=notes", "text=a,text=b"])
def test_a_mapping_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(MappingError, match=r"write field=name|there is no field"):
        mapping_of(None, load("sources"), typed)


@pytest.mark.parametrize(
    "content",
    [
        "ID;Published;TEXT\n1;2024-05-07;Police held two men; not three.\n".replace("men;", "men,"),
        "id|published|text\n1|2024-05-07|Police held two men, not three.\n",
        "id\tpublished\ttext\n1\t2024-05-07\tPolice held two men, not three.\n",
        '"id","published","text"\n"1","2024-05-07","Police held two men, not three."\n',
        "id,published,text\n#meta+id,#date,#description\n1,2024-05-07,\"Police held two men, not three.\"\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_columns_come_with_any_sign_between_in_any_case(tmp_path: Path, content: str, encoding: str) -> None:
    (tmp_path / "r.csv").write_bytes(content.encode(encoding))
    [document], rejects = ingest(tmp_path)
    assert not rejects and json.loads(document["content"])["text"] == "Police held two men, not three."
    assert (document["external_id"], document["published"]) == ("1", "2024-05-07")
