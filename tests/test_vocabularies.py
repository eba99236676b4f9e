"""What a person types into seeds/ is either read as declared or refused with the place to mend."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks import vocabularies
from tasks.clean.boilerplate import Boilerplate
from tasks.tables import RELEASE_TABLES, STAGE_TABLES
from tasks.vocabularies import VOCABULARIES, VocabularyError, digest, load, load_all

LIST_SPAN = re.compile(r"\s{2,}|[\t\r\n]")


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A seeds folder of one's own with small closed lists and two countries."""
    monkeypatch.setattr(vocabularies, "SEEDS", tmp_path)
    codes = ["list,code,label,meaning"]
    for name, code in (
        ("actor_type", "military"),
        ("actor_type", "armed_group"),
        ("status", "planned"),
        ("status_relation", "governs"),
        ("stance", "asserts"),
        ("place_kind", "river"),
        ("boilerplate_kind", "line"),
    ):
        codes.append(f"{name},{code},{code},{code}")
    _write(tmp_path, "codes", *codes)
    _write(
        tmp_path,
        "countries",
        "country_code,alpha2,name,aliases,demonyms,adjectives,not_in,is_given_name,capital,latitude,longitude",
        "MLI,ML,Mali,,Malian;Malians,Malian,,false,Bamako,17.0,-4.0",
    )
    return tmp_path


def _write(folder: Path, name: str, *lines: str) -> None:
    (folder / f"{name}.csv").write_bytes("".join(f"{line}\n" for line in lines).encode())


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_checked_in_vocabulary_loads(name: str) -> None:
    frame = load(name)
    assert list(frame.columns) == VOCABULARIES[name].columns
    # an analyst's fixes are made where the data is
    assert len(frame) > 0 or name == "corrections"


def test_load_all_holds_every_declared_vocabulary_and_nothing_lies_in_seeds_undeclared() -> None:
    assert list(load_all()) == list(VOCABULARIES)
    assert {path.stem for path in vocabularies.SEEDS.glob("*.csv")} == set(VOCABULARIES)


def test_cells_come_as_declared_and_empty_ones_as_none(seeds: Path) -> None:
    _write(
        seeds,
        "actors",
        "actor_id,label,actor_type_code,country_code,parent_actor_id,active_from,active_to,source",
        'cma,"Coordination, of Azawad",armed_group,MLI,,2014-06-09,,own',
        "cma.north,Northern wing,armed_group,,cma,,,own",
        "guard,Presidential Guard,military,MLI,MLI.military,,,own",
    )
    rows = load("actors").to_dict("records")
    assert rows[0]["label"] == "Coordination, of Azawad"
    assert rows[0]["active_from"] == dt.date(2014, 6, 9)
    assert rows[0]["active_to"] is None and rows[0]["parent_actor_id"] is None
    assert rows[1]["parent_actor_id"] == "cma" and rows[1]["country_code"] is None
    country = load("countries").to_dict("records")[0]
    assert country["demonyms"] == ("Malian", "Malians") and country["aliases"] == ()
    assert country["is_given_name"] is False and country["latitude"] == 17.0


PLACES = "place_id,label,kind_code,country_code,admin1_code,admin2_code,latitude,longitude,source"
BOILERPLATE = "pattern_id,kind,pattern,note"
ACTORS = "actor_id,label,actor_type_code,country_code,parent_actor_id,active_from,active_to,source"


@pytest.mark.parametrize(
    ("name", "lines", "says"),
    [
        ("hedges", ["phrase,extra", "reportedly,x"], ["line 1", "phrase, extra", "must be phrase"]),
        ("hedges", [], ["line 1", "missing"]),
        ("hedges", ["phrase", "reportedly", "reportedly"], ["line 3", "phrase 'reportedly'", "line 2 already"]),
        ("hedges", ["phrase", " reportedly"], ["line 2", "column phrase", "' reportedly'", "white space"]),
        ("hedges", ["phrase", "a,b"], ["line 2", "2 cells", "header has 1", "quotes"]),
        ("hedges", ["phrase", ""], ["line 2", "0 cells", "leave no line empty"]),
        ("hedges", ["phrase", '"two', 'lines"'], ["line 3", "column phrase", "line break"]),
        ("hedges", ["phrase", '"open'], ["line 2", "quotes"]),
        ("reporting_verbs", ["lemma,stance_code,is_hedged", "say,,false"], ["line 2", "stance_code", "empty"]),
        (
            "reporting_verbs",
            ["lemma,stance_code,is_hedged", "say,shouts,false"],
            ["'shouts'", "list stance", "codes.csv"],
        ),
        ("reporting_verbs", ["lemma,stance_code,is_hedged", "say,asserts,no"], ["is_hedged", "'no'", "true or false"]),
        (
            "status_cues",
            ["cue,relation_code,with_word,value", "plan,governs,to;;for,planned"],
            ["with_word", "empty or padded part"],
        ),
        ("status_cues", ["cue,relation_code,with_word,value", "plan,governs,to;to,planned"], ["with_word", "twice"]),
        (
            "place_kind_words",
            ["word,kind_codes,is_sure,is_before", "creek,river;brook,true,false"],
            ["'brook'", "list place_kind"],
        ),
        ("quantities", ["phrase,low,high", "dozens,many,"], ["column low", "'many'", "integer"]),
        ("quantities", ["phrase,low,high", "dozens,96,24"], ["column low", "96", "greater than high 24"]),
        ("places", [PLACES, "p,P,river,MLI,,,999,1,own"], ["line 2", "column latitude", "'999'", "from -90 to 90"]),
        ("places", [PLACES, "p,P,river,MLI,,,1,-180.1,own"], ["column longitude", "'-180.1'", "from -180 to 180"]),
        ("places", [PLACES, "p,P,river,MLI,,,nan,1,own"], ["column latitude", "'nan'", "from -90 to 90"]),
        ("places", [PLACES, "p,P,river,MLI,,,1,,own"], ["line 2", "column longitude", "empty", "fill both or none"]),
        (
            "boilerplate",
            [BOILERPLATE, "ok,line,a+,", "bad,line,(?:a,"],
            ["line 3", "column pattern", "'(?:a'", "missing )"],
        ),
        ("boilerplate", [BOILERPLATE, "bad,line,a)|(b,"], ["line 2", "column pattern", "'a)|(b'", "unbalanced"]),
        ("boilerplate", [BOILERPLATE, "bad,line,(?i)a,"], ["column pattern", "'(?i)a'", "flags as (?i:...)"]),
        ("boilerplate", [BOILERPLATE, '"bad",line,"a{1,99999999999}",'], ["column pattern", "too large"]),
        ("actors", [ACTORS, "a,A,military,XXX,,,,own"], ["country_code", "'XXX'", "seeds/countries.csv"]),
        ("actors", [ACTORS, "a,A,military,MLI,b,,,own"], ["parent_actor_id", "'b'", "seeds/actors.csv"]),
        ("actors", [ACTORS, "a,A,military,MLI,,9 June 2014,,own"], ["active_from", "'9 June 2014'", "2021-09-11"]),
        ("actors", [ACTORS, "a,A,military,MLI,,2015-01-01,2014-01-01,own"], ["active_from", "greater than active_to"]),
    ],
)
def test_a_mistake_is_refused_with_file_line_column_value_and_remedy(
    seeds: Path, name: str, lines: list[str], says: list[str]
) -> None:
    _write(seeds, name, *lines)
    with pytest.raises(VocabularyError) as refusal:
        load(name)
    for words in (f"{name}.csv", *says):
        assert words in str(refusal.value)


def test_patterns_that_cannot_stand_together_are_named(seeds: Path) -> None:
    _write(seeds, "boilerplate", BOILERPLATE, "one,line,(?P<a>x),", "two,line,(?P<a>y),")
    with pytest.raises(VocabularyError, match=r"boilerplate\.csv: column pattern: the rows one, two.*group name 'a'"):
        Boilerplate(load("boilerplate"))


def test_a_name_of_no_actor_is_refused_and_one_of_a_state_is_not(seeds: Path) -> None:
    _write(seeds, "actors", ACTORS, "cma,Coordination of Azawad,armed_group,MLI,,,,own")
    header = "name,actor_id,active_from,active_to,is_case_sensitive"
    _write(seeds, "actor_names", header, "CMA,cma,,,true", "FAMa,MLI.military,,,true")
    assert list(load("actor_names")["actor_id"]) == ["cma", "MLI.military"]
    vocabularies._load.cache_clear()
    _write(seeds, "actor_names", header, "CMA,cna,,,true")
    with pytest.raises(VocabularyError, match=r"actor_names\.csv: line 2: column actor_id: 'cna' is not in"):
        load("actor_names")


def test_missing_and_undeclared_vocabularies_are_named(seeds: Path) -> None:
    with pytest.raises(VocabularyError, match=r"hedges\.csv is missing"):
        load("hedges")
    with pytest.raises(VocabularyError, match=r"hedges\.csv is missing"):
        digest(["hedges"])
    with pytest.raises(VocabularyError, match="no vocabulary 'hedge'"):
        load("hedge")


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\xff\xfe"])
def test_files_saved_in_another_encoding_are_refused(seeds: Path, start: bytes) -> None:
    (seeds / "hedges.csv").write_bytes(start + b"phrase\nreportedly\n")
    with pytest.raises(VocabularyError, match=r"hedges\.csv.*UTF-8"):
        load("hedges")


def test_digest_follows_contents_and_neither_line_ends_nor_order(seeds: Path) -> None:
    _write(seeds, "hedges", "phrase", "reportedly")
    before = digest(["hedges", "codes"])
    assert before == digest(["codes", "hedges", "codes"])
    (seeds / "hedges.csv").write_bytes(b"phrase\r\nreportedly\r\n")
    assert digest(["hedges", "codes"]) == before
    _write(seeds, "hedges", "phrase", "allegedly")
    assert digest(["hedges", "codes"]) != before


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"phrase\n{text}".encode()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hedges.csv"
    path.write_bytes(content)
    try:
        frame = vocabularies.read_vocabulary(path, VOCABULARIES["hedges"], {})
    except VocabularyError as refusal:
        assert "hedges.csv" in str(refusal)
    else:
        assert all(phrase and phrase == phrase.strip() for phrase in frame["phrase"])


def test_closed_lists_that_tables_and_vocabularies_name_exist() -> None:
    lists = set(load("codes")["list"])
    columns = [c for table in (*STAGE_TABLES.values(), *RELEASE_TABLES.values()) for c in table.columns]
    asked = {c.codes for c in columns if c.codes} | {
        f.codes for v in VOCABULARIES.values() for f in v.fields if f.codes
    }
    assert asked <= lists
    nested = {"number_kind", "side", "segment_kind", "actor_type", "place_kind"}
    assert lists - asked <= nested, "lists that nothing takes"


def test_publishers_are_those_of_sources_and_agencies_and_each_row_says_something_that_is_used() -> None:
    rows = load("publishers").to_dict("records")
    known = {*load("sources")["publisher"].dropna(), *load("agencies")["agency"]}
    assert [row["publisher"] for row in rows if row["publisher"] not in known] == []
    assert [row for row in rows if not (row["acled_scale"] or row["side_actor_id"] or row["licence"])] == []
    # ACLED's own words, of which those of partners are not for outlets
    assert {row["acled_scale"] for row in rows} - {None} <= {"International", "Regional", "National", "Subnational"}
    # one house under the names of a source and of an agency has the same facts
    facts = {row.pop("publisher"): row for row in rows}
    for name, agency in load("agencies").itertuples(index=False):
        assert name not in facts or agency not in facts or facts[name] == facts[agency], name


def test_event_types_are_the_closed_list_in_its_order_with_its_labels() -> None:
    codes = load("codes").query("list == 'event_type'")
    types = load("event_types")
    assert list(types["code"]) == list(codes["code"])
    assert list(types["label"]) == list(codes["label"])


def test_event_type_sentences_are_whole_distinct_sentences() -> None:
    types = load("event_types")
    sentences = [*types["example"], *types["not_this"]]
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        assert sentence[0].isupper() and sentence.endswith(".") and len(sentence.split()) > 5
        assert not LIST_SPAN.search(sentence)


def test_parties_of_mutual_types_can_be_hurt_only_where_force_is_used() -> None:
    types = load("event_types").set_index("code")
    mutual = types[types["is_mutual"].astype(bool)]
    assert set(mutual[mutual["takes_casualties"].astype(bool)].index) == {"armed_clash", "ceasefire_violation"}
