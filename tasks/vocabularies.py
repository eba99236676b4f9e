"""The only reader of `seeds/`: every vocabulary's columns declared once, checked whenever it is read.

In comes a vocabulary's name, out comes its frame: text as str, lists as tuples of str, None for an empty cell. Refused,
with file, line, column, value and remedy, are missing files, wrong columns, empty required cells, stray white space,
values of the wrong kind, unknown codes, doubled keys, references to nothing and bounds in the wrong order.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tasks import is_installed


def _seeds() -> Path:
    """The folder of all vocabularies: that of SITREP_HOME where it has one, else those that came with this code."""
    own = Path(os.environ["SITREP_HOME"]) / "seeds" if os.environ.get("SITREP_HOME") else None
    if own and own.is_dir():
        return own
    package = Path(__file__).resolve().parent
    return (package if is_installed() else package.parent) / "seeds"


SEEDS = _seeds()


def folder() -> Path:
    """The folder that vocabularies are read from."""
    return SEEDS


class VocabularyError(ValueError):
    """A vocabulary in `seeds/` cannot be used as it stands."""


@dataclass(frozen=True)
class Field:
    """One column: its name, how a cell is read, whether it must be filled, the closed list or column that it names."""

    name: str
    kind: str = "text"  # text, list, integer, number, latitude, longitude, date, boolean, pattern
    required: bool = False
    codes: str | None = None
    refers_to: tuple[str, str] | None = None


@dataclass(frozen=True)
class Vocabulary:
    """One CSV: its columns, those that together are its key, pairs of columns of which the first is not greater, and
    pairs of which none is empty where the other is not."""

    fields: tuple[Field, ...]
    key: tuple[str, ...]
    ordered: tuple[tuple[str, str], ...] = ()
    paired: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in their order."""
        return [field.name for field in self.fields]


def _text(name: str) -> Field:
    return Field(name, required=True)


def _flag(name: str) -> Field:
    return Field(name, "boolean", required=True)


def _code(name: str, codes: str, required: bool = True) -> Field:
    return Field(name, required=required, codes=codes)


def _list(name: str, codes: str | None = None, required: bool = False) -> Field:
    return Field(name, "list", required, codes)


_COUNTRY = Field("country_code", refers_to=("countries", "country_code"))
_ACTIVE = (Field("active_from", "date"), Field("active_to", "date"))
_CONDITIONS = {
    "event_type_code": "event_type",
    "status_code": "status",
    "actor_type_code": "actor_type",
    "recipient_type_code": "actor_type",
    "actor_relation": "actor_relation",
    "weapon_code": "weapon",
    "met_with": "event_type",
    "has_killed": None,
}
_POINT = (Field("latitude", "latitude"), Field("longitude", "longitude"))
_HALVES = (("latitude", "longitude"),)

VOCABULARIES: dict[str, Vocabulary] = {
    # what codes mean
    "codes": Vocabulary((_text("list"), _text("code"), _text("label"), _text("meaning")), ("list", "code")),
    "event_types": Vocabulary(
        (
            _code("code", "event_type"),
            _text("label"),
            _text("definition"),
            _text("not_this"),
            _text("example"),
            _flag("takes_casualties"),
            _flag("is_mutual"),
            _flag("is_speech_act"),
            _flag("takes_place"),
            _list("traits", "type_trait"),
        ),
        ("code",),
    ),
    # types that can be one event, and what a type told beside a crowd's protest makes of it
    "type_relations": Vocabulary(
        (
            Field("event_type_code", required=True, refers_to=("event_types", "code")),
            _code("relation_code", "type_relation"),
            Field("other_type_code", required=True, refers_to=("event_types", "code")),
        ),
        ("event_type_code", "relation_code", "other_type_code"),
    ),
    # the types of which analysts count the happenings, the one that heads an incident before those that it takes in
    "incident_types": Vocabulary(
        (
            Field("event_type_code", required=True, refers_to=("event_types", "code")),
            Field("class_code", codes="incident_class"),
            _code("role_code", "incident_role"),
        ),
        ("event_type_code",),
    ),
    # groups of weapons that reports give for one another; what is implied is said by the event type already
    "weapon_types": Vocabulary(
        (_code("code", "weapon"), _list("groups", "weapon_group"), _flag("is_implied")), ("code",)
    ),
    # conditions, all of which must hold; an empty cell is none. type, mode and code are what the row gives
    "crosswalk": Vocabulary(
        (
            _code("scheme", "scheme"),
            *(_list(name, codes) for name, codes in _CONDITIONS.items() if codes),
            Field("has_killed", "boolean"),
            Field("type"),
            Field("mode"),
            Field("code"),
            Field("note"),
        ),
        ("scheme", *_CONDITIONS),
    ),
    # what sentences say
    "triggers": Vocabulary(
        (
            _text("trigger_id"),
            Field("event_type_code", required=True, refers_to=("event_types", "code")),
            _code("pos", "pos"),
            _list("lemma", required=True),
            _list("with_word"),
            _list("not_with"),
            _list("subject_class", "word_class"),
            _list("object_class", "word_class"),
            _list("prep_class", "word_class"),
            _list("actor_slot", "slot"),
            _list("recipient_slot", "slot"),
            _list("place_slot", "slot"),
            _code("weapon_code", "weapon", required=False),
            _code("number_kind", "number_kind", required=False),
            _code("number_slot", "number_slot", required=False),
            _code("role_code", "trigger_role"),
            Field("note"),
        ),
        ("trigger_id",),
    ),
    "word_classes": Vocabulary((_code("class", "word_class"), _text("lemma")), ("class", "lemma")),
    # how verbs rule their sentence: lemmas, but for the participles of the classes noun_like and laden
    "verb_classes": Vocabulary((_code("class_code", "verb_class"), _text("word")), ("class_code", "word")),
    # the words that rules of extraction ask for, lemmas or forms as the meaning of the group says
    "word_groups": Vocabulary((_code("group_code", "word_group"), _text("word")), ("group_code", "word")),
    "light_verbs": Vocabulary(
        (
            _text("lemma"),
            _list("with_word"),
            _list("actor_slot", "slot"),
            _list("recipient_slot", "slot"),
            _code("effect_code", "light_verb_effect"),
        ),
        ("lemma", "with_word"),
    ),
    # words that make a plan, a thought, a denial or a deed of what they stand over or beside
    "status_cues": Vocabulary(
        (_text("cue"), _code("relation_code", "status_relation"), _list("with_word"), _code("value", "status")),
        ("relation_code", "cue", "with_word"),
    ),
    "reporting_verbs": Vocabulary((_text("lemma"), _code("stance_code", "stance"), _flag("is_hedged")), ("lemma",)),
    "other_topics": Vocabulary((_code("topic_code", "topic"), _text("phrase")), ("phrase",)),
    "hedges": Vocabulary((_text("phrase"),), ("phrase",)),
    "weapons": Vocabulary(
        (
            _text("lemma"),
            _list("with_word"),
            _code("weapon_code", "weapon"),
            Field("event_type_code", refers_to=("event_types", "code")),
        ),
        ("lemma", "with_word"),
    ),
    # what deeds hit, by its noun, a word that must stand beside it and such as may not
    "targets": Vocabulary(
        (_text("lemma"), _list("with_word"), _list("not_with"), _code("target_code", "target")), ("lemma", "with_word")
    ),
    # whether a kind of target serves nobody who fights or rules
    "target_types": Vocabulary((_code("code", "target"), _flag("is_civilian")), ("code",)),
    "abbreviations": Vocabulary((_text("abbreviation"), _flag("can_end")), ("abbreviation",)),
    # by which rules words are read: what `explain` and the column `rules` name
    "rules": Vocabulary((_text("rule_id"), _code("stage", "stage"), _text("meaning"), Field("example")), ("rule_id",)),
    # who
    "actor_types": Vocabulary(
        (
            _code("code", "actor_type"),
            _code("camp_code", "actor_camp"),
            _code("word_class", "word_class", required=False),
            _code("side_code", "side", required=False),
            # what its part of a state is called, with {} for the country; empty where not all states have one
            Field("state_label"),
            # a noun of this type gives way to one before it of these types: "rebel soldiers", "police officials"
            _list("yields_to", "actor_type"),
            Field("acled_inter"),
            # CAMEO's role code, as GDELT's Actor1Type1Code takes it
            Field("cameo_type"),
            # of which groups of casualties its people are
            _list("casualty_groups", "casualty_group"),
            _list("traits", "actor_trait"),
        ),
        ("code",),
    ),
    "actors": Vocabulary(
        (
            _text("actor_id"),
            _text("label"),
            _code("actor_type_code", "actor_type"),
            _COUNTRY,
            Field("parent_actor_id", refers_to=("actors", "actor_id")),
            *_ACTIVE,
            _text("source"),
        ),
        ("actor_id",),
        (("active_from", "active_to"),),
    ),
    "actor_names": Vocabulary(
        (
            _text("name"),
            Field("actor_id", required=True, refers_to=("actors", "actor_id")),
            *_ACTIVE,
            _flag("is_case_sensitive"),
        ),
        ("name", "actor_id", "active_from"),
        (("active_from", "active_to"),),
    ),
    "roles": Vocabulary((_text("role"), _code("actor_type_code", "actor_type"), _flag("speaks_for")), ("role",)),
    "actor_heads": Vocabulary(
        (_text("lemma"), _code("actor_type_code", "actor_type"), _flag("is_plural_force")), ("lemma",)
    ),
    # states and territories without an army of their own, and between which days
    "armyless": Vocabulary(
        (Field("country_code", required=True, refers_to=("countries", "country_code")), *_ACTIVE, Field("note")),
        ("country_code",),
        (("active_from", "active_to"),),
    ),
    # where
    # as they stand behind a town: "Slidell, La.", "Uvalde, TX"
    "division_abbreviations": Vocabulary((_text("abbreviation"), _text("admin1_code")), ("abbreviation",)),
    "countries": Vocabulary(
        (
            _text("country_code"),
            _text("alpha2"),
            _text("name"),
            _list("aliases"),
            _list("demonyms"),
            _list("adjectives"),
            _list("not_in"),
            _flag("is_given_name"),
            Field("capital"),
            *_POINT,
        ),
        ("country_code",),
        paired=_HALVES,
    ),
    # what other data sets call a country: ISO 3166-1 numeric and FIPS 10-4 (GeoNames), Gleditsch and Ward's number, the
    # regions of ACLED and of UCDP; on what these rest, and what is left empty, the codebook says
    "country_schemes": Vocabulary(
        (
            Field("country_code", required=True, refers_to=("countries", "country_code")),
            Field("iso_numeric", "integer"),
            Field("fips"),
            Field("gwno", "integer"),
            Field("acled_region"),
            Field("ucdp_region"),
        ),
        ("country_code",),
    ),
    # ISO 3166-2 of GeoNames' first-level divisions, where the name tells; made by seeds/gazetteer/vendor_iso.py
    "iso_3166_2": Vocabulary((_text("admin1_code"), _text("iso_code")), ("admin1_code",)),
    "places": Vocabulary(
        (
            _text("place_id"),
            _text("label"),
            _code("kind_code", "place_kind"),
            _COUNTRY,
            Field("admin1_code"),
            Field("admin2_code"),
            *_POINT,
            _text("source"),
        ),
        ("place_id",),
        paired=_HALVES,
    ),
    # a place_id may be the gazetteer's own, which only the compiled gazetteer knows
    "place_names": Vocabulary((_text("name"), _text("place_id"), _flag("is_preferred")), ("name", "place_id")),
    "place_kind_words": Vocabulary(
        (_text("word"), _list("kind_codes", "place_kind", required=True), _flag("is_sure"), _flag("is_before")),
        ("word",),
    ),
    "place_stop_words": Vocabulary((_text("word"), _code("class", "place_word_class")), ("word",)),
    # when and how many
    "date_words": Vocabulary((_code("kind", "date_word_kind"), _text("word"), Field("value")), ("kind", "word")),
    "holidays": Vocabulary(
        (
            _text("name"),
            Field("year", "integer", required=True),
            Field("date_start", "date", required=True),
            Field("date_end", "date", required=True),
        ),
        ("name", "year", "date_start"),
        (("date_start", "date_end"),),
    ),
    "quantities": Vocabulary(
        (_text("phrase"), Field("low", "integer"), Field("high", "integer")), ("phrase",), (("low", "high"),)
    ),
    "number_words": Vocabulary((_code("kind", "number_word_kind"), _text("word")), ("kind", "word")),
    "toll_words": Vocabulary((_code("part", "toll_part"), _text("phrase")), ("part", "phrase")),
    # words for who casualties are, beside those by which parties are known; forms in lower case
    "casualty_words": Vocabulary((_text("word"), _code("group_code", "casualty_group")), ("word", "group_code")),
    "unknown_counts": Vocabulary((_code("part", "unknown_part"), _text("phrase")), ("part", "phrase")),
    # where reports come from
    "sources": Vocabulary(
        (
            _text("source_id"),
            _text("name"),
            Field("publisher"),
            Field("url_host"),
            Field("language_code"),
            Field("day_first", "boolean"),
            _COUNTRY,
            # what the fields of its records are called: text=notes;published=event_date
            _list("map"),
            # where it is read from without a path, and what that address is
            Field("kind_code", codes="source_kind"),
            Field("address"),
        ),
        ("source_id",),
        paired=(("kind_code", "address"),),
    ),
    # what is certain of a publisher: how far its voice reaches, in ACLED's words for source_scale; of which actor it is
    # the voice, that owns or pays it; under which terms its texts are
    "publishers": Vocabulary(
        (
            _text("publisher"),
            Field("acled_scale"),
            Field("side_actor_id", refers_to=("actors", "actor_id")),
            Field("licence"),
        ),
        ("publisher",),
    ),
    # CAMEO's twenty roots: class 1 to 4 (talk or deed, cooperation or conflict), Goldstein's scale from -10 to 10. Both
    # as GDELT 1.0 assigns them to the root codes (CAMEO codebook 1.1b3; Goldstein 1992, J. of Conflict Resolution 36)
    "cameo_roots": Vocabulary(
        (
            _text("root"),
            _text("label"),
            Field("quad_class", "integer", required=True),
            Field("goldstein", "number", required=True),
        ),
        ("root",),
    ),
    # exports of other tools: names that tell one, and what each field is called there, the best first
    "record_profiles": Vocabulary(
        (_text("profile"), _code("field", "record_field"), _text("name")), ("profile", "field", "name")
    ),
    "boilerplate": Vocabulary(
        (
            _text("pattern_id"),
            _code("kind", "boilerplate_kind"),
            Field("pattern", "pattern", required=True),
            Field("note"),
        ),
        ("pattern_id",),
    ),
    # who stands behind a text that papers print
    "agencies": Vocabulary((_text("name"), _text("agency")), ("name",)),
    # what is one event: how much each likeness and difference of two accounts of it counts, and words that decide it
    "link_weights": Vocabulary(
        (
            _text("weight_id"),
            Field("value", "number", required=True),
            _code("unit", "weight_unit"),
            _text("meaning"),
            _text("measured_on"),
        ),
        ("weight_id",),
    ),
    # which accounts of one report are one happening, as learned from whole reports: hundredths of a logit
    "story_weights": Vocabulary(
        (_text("weight_id"), Field("value", "number", required=True), _text("meaning")), ("weight_id",)
    ),
    # which happenings of two documents are one incident, as learned from reports of several outlets
    "retold_weights": Vocabulary(
        (_text("weight_id"), Field("value", "number", required=True), _text("meaning")), ("weight_id",)
    ),
    "link_words": Vocabulary((_code("group_code", "link_word_group"), _text("word")), ("group_code", "word")),
    # what an analyst knows better; mention ids, columns and values are looked up when events are linked
    "corrections": Vocabulary(
        (
            _text("correction_id"),
            _code("action_code", "correction_action"),
            _list("mention_ids", required=True),
            Field("column"),
            Field("value"),
            Field("expected"),
            _text("reason"),
        ),
        ("correction_id",),
    ),
}

Permitted = Mapping[str, frozenset[str]]
"""Column name -> the values that its cells may take, for the columns that name a closed list or a vocabulary."""


def load_all() -> dict[str, pd.DataFrame]:
    """Every vocabulary by name, checked. Raises VocabularyError at the first one that is missing or wrong."""
    return {name: load(name) for name in VOCABULARIES}


def load(name: str) -> pd.DataFrame:
    """One vocabulary's frame in declared column order, rows as in the file; read once a process, so never change it.

    Cells are str, tuple of str, int, float, datetime.date or bool as declared, None where empty, in object columns:
    pandas' own types would turn None into NaN and counts into floats. Raises VocabularyError.
    """
    if name not in VOCABULARIES:
        known = ", ".join(VOCABULARIES)
        raise VocabularyError(f"there is no vocabulary {name!r}; tasks/vocabularies.py declares {known}")
    return _load(SEEDS, name)


class Grown(NamedTuple):
    """A vocabulary's file as it would be with one row more: the row's id, where the file lies, and its bytes."""

    id: str
    path: Path
    content: bytes


def corrections_now() -> pd.DataFrame:
    """`corrections.csv` as it lies there now, which review adds to; else as `load`."""
    permitted = {"action_code": _closed(SEEDS, "correction_action")}
    return read_vocabulary(SEEDS / "corrections.csv", VOCABULARIES["corrections"], permitted)


def with_correction(cells: Mapping[str, str]) -> Grown:
    """`corrections.csv` with a row more under the next free id, all others as they stand; nothing is written.

    Cells are as the file has them. Raises VocabularyError where one is not as declared.
    """
    path = _existing(SEEDS / "corrections.csv")
    vocabulary = VOCABULARIES["corrections"]
    taken = {row[0] for _, row in _lines(path, vocabulary.columns)}
    id_ = next(name for n in count(len(taken) + 1) if (name := f"c{n}") not in taken)
    row = [id_ if name == "correction_id" else cells.get(name, "") for name in vocabulary.columns]
    for field, cell in zip(vocabulary.fields, row, strict=True):
        permitted = _closed(SEEDS, field.codes) if field.codes else None
        try:
            _value(field, cell, permitted)
        except VocabularyError as error:
            raise VocabularyError(f"{path}: column {field.name}: {error}") from None
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(row)
    before = path.read_bytes()
    between = b"" if before.endswith(b"\n") else b"\n"
    return Grown(id_, path, before + between + line.getvalue().encode())


def judge_weights() -> pa.Table:
    """The judge's weights, as `make judge` wrote them: label, scale, bias, weights (one byte a feature's row), and
    meaning_scale and of_meaning (one byte a dimension of what words mean).

    Raises VocabularyError where the file is missing.
    """
    return pq.read_table(_existing(SEEDS / "judge" / "weights.parquet"))


def judge_words() -> pa.Table:
    """The vectors of the words that the judge knows, as `make words` wrote them: word and vector (a byte a dimension).

    Raises VocabularyError where the file is missing.
    """
    return pq.read_table(_existing(SEEDS / "judge" / "words.parquet"))


def digest(names: Iterable[str]) -> str:
    """SHA-256, hexadecimal, over the contents of these vocabularies' files, whatever their line ends.

    Raises VocabularyError where a file is missing.
    """
    whole = hashlib.sha256()
    for name in sorted(set(names)):
        content = _existing(SEEDS / f"{name}.csv").read_bytes().replace(b"\r\n", b"\n")
        whole.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return whole.hexdigest()


@cache
def _load(seeds: Path, name: str) -> pd.DataFrame:
    vocabulary = VOCABULARIES[name]
    path = seeds / f"{name}.csv"
    permitted: dict[str, frozenset[str]] = {}
    for field in vocabulary.fields:
        if field.codes:
            permitted[field.name] = _closed(seeds, field.codes)
        elif field.refers_to:
            named, column = field.refers_to
            # what the same file holds is known only once it is read
            known = frozenset() if named == name else frozenset(_load(seeds, named)[column])
            permitted[field.name] = known | _states(seeds) if named == "actors" else known
    return read_vocabulary(path, vocabulary, permitted)


@cache
def _closed(seeds: Path, codes: str) -> frozenset[str]:
    rows = _load(seeds, "codes")
    return frozenset(rows.loc[rows["list"] == codes, "code"])


@cache
def _states(seeds: Path) -> frozenset[str]:
    """Ids of states and their parts, as AFG.military: the register makes these actors, and no row holds them."""
    countries = _load(seeds, "countries")["country_code"]
    return frozenset(f"{country}.{part}" for country in countries for part in _closed(seeds, "actor_type"))


def read_vocabulary(path: Path, vocabulary: Vocabulary, permitted: Permitted) -> pd.DataFrame:
    """The frame of one CSV file under a declaration, as `load` gives it. Raises VocabularyError."""
    rows = list(_lines(path, vocabulary.columns))
    lines = [line for line, _ in rows]
    written = {name: [cells[at] for _, cells in rows] for at, name in enumerate(vocabulary.columns)}
    columns = {field.name: _values(field, written[field.name], permitted, path, lines) for field in vocabulary.fields}
    seen: dict[tuple[str, ...], int] = {}
    keys = zip(*(written[name] for name in vocabulary.key), strict=True)
    for line, key in zip(lines, keys, strict=True):
        if (before := seen.setdefault(key, line)) != line:
            names = ", ".join(vocabulary.key)
            raise VocabularyError(
                f"{path}: line {line}: {names} {', '.join(key)!r} stands in line {before} already; "
                "join the two rows or remove one"
            )
    for first, second in vocabulary.ordered:
        for line, low, high in zip(lines, columns[first], columns[second], strict=True):
            if low is not None and high is not None and low > high:
                raise VocabularyError(
                    f"{path}: line {line}: column {first}: {low} is greater than {second} {high}; exchange or mend them"
                )
    for pair in vocabulary.paired:
        for line, *values in zip(lines, *(columns[name] for name in pair), strict=True):
            if values.count(None) == 1:
                empty, filled = sorted(pair, key=lambda name: values[pair.index(name)] is not None)
                raise VocabularyError(
                    f"{path}: line {line}: column {empty}: it is empty and {filled} is not; fill both or none"
                )
    for field in vocabulary.fields:
        # a reference inside the file, such as an actor's parent
        if field.refers_to and field.refers_to[0] == path.stem:
            known = permitted[field.name] | frozenset(columns[field.refers_to[1]])
            for line, value in zip(lines, columns[field.name], strict=True):
                if value is not None and value not in known:
                    raise VocabularyError(f"{path}: line {line}: column {field.name}: {_not_permitted(value, field)}")
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})


def _values(field: Field, cells: list[str], permitted: Permitted, path: Path, lines: list[int]) -> list[Any]:
    """What the cells of a column say; what stands there twice is read once."""
    inside = field.refers_to is not None and field.refers_to[0] == path.stem
    allowed = None if inside else permitted.get(field.name)
    said: dict[str, Any] = {}
    for cell in dict.fromkeys(cells):
        try:
            said[cell] = _value(field, cell, allowed)
        except VocabularyError as error:
            line = lines[cells.index(cell)]
            raise VocabularyError(f"{path}: line {line}: column {field.name}: {error}") from None
    return [said[cell] for cell in cells]


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise VocabularyError(f"{path} is missing; restore it, or set SITREP_HOME to a folder with all of seeds/")
    return path


def _lines(path: Path, names: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row under a header that is as declared."""
    try:
        text = _existing(path).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise VocabularyError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
    if text.startswith("\ufeff"):
        raise VocabularyError(f"{path}: line 1 begins with a byte order mark; save the file as UTF-8 without one")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if header != names:
            raise VocabularyError(
                f"{path}: line 1: the columns are {', '.join(header) or 'missing'}; they must be {', '.join(names)}"
            )
        for cells in reader:
            if len(cells) != len(names):
                raise VocabularyError(
                    f"{path}: line {reader.line_num}: {len(cells)} cells where the header has {len(names)}; "
                    "put quotes around cells that hold a comma, and leave no line empty"
                )
            yield reader.line_num, cells
    except csv.Error as error:
        raise VocabularyError(f"{path}: line {reader.line_num}: {error}; mend the quotes") from None


def _value(field: Field, cell: str, permitted: frozenset[str] | None) -> Any:
    """What one cell says. Raises VocabularyError, which tells why and not where."""
    if cell != cell.strip() or "\n" in cell:
        raise VocabularyError(f"{cell!r} has white space at an end or a line break; remove it")
    if not cell:
        if field.required:
            raise VocabularyError("the cell is empty; fill it")
        return () if field.kind == "list" else None
    if field.kind == "list":
        parts = tuple(cell.split(";"))
        if any(not part or part != part.strip() for part in parts):
            raise VocabularyError(f"{cell!r} has an empty or padded part; separate the parts by a bare ;")
        if len(set(parts)) < len(parts):
            raise VocabularyError(f"{cell!r} names a part twice; remove one")
        for part in parts:
            _permit(part, permitted, field)
        return parts
    _permit(cell, permitted, field)
    reader, form = _READERS[field.kind]
    try:
        return reader(cell)
    except (ValueError, KeyError, OverflowError, RecursionError, re.error) as error:
        why = f" ({error})" if field.kind == "pattern" else ""
        raise VocabularyError(f"{cell!r} is no {field.kind}{why}; write {form}") from None


def _permit(value: str, permitted: frozenset[str] | None, field: Field) -> None:
    if permitted is not None and value not in permitted:
        raise VocabularyError(_not_permitted(value, field))


def _not_permitted(value: str, field: Field) -> str:
    if field.codes:
        home = f"the list {field.codes} of seeds/codes.csv"
    else:
        named, column = field.refers_to or ("", "")
        home = f"the column {column} of seeds/{named}.csv"
    return f"{value!r} is not in {home}; mend it, or add it there"


def _finite(cell: str) -> float:
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError(cell)
    return number


def _degrees(most: float) -> Callable[[str], float]:
    def read(cell: str) -> float:
        number = _finite(cell)
        if abs(number) > most:
            raise ValueError(cell)
        return number

    return read


def _pattern(cell: str) -> str:
    # alone, and as one of several in a group, where flags for the whole may not stand
    re.compile(cell)
    re.compile(f"(?:{cell})")
    return cell


_READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "text": (str, "text"),
    "integer": (int, "digits only"),
    "number": (_finite, "a number with a decimal point"),
    "latitude": (_degrees(90), "degrees north, from -90 to 90"),
    "longitude": (_degrees(180), "degrees east, from -180 to 180"),
    "pattern": (_pattern, "a regular expression of Python's re; flags as (?i:...)"),
    "date": (dt.date.fromisoformat, "year-month-day, as 2021-09-11"),
    "boolean": ({"true": True, "false": False}.__getitem__, "true or false"),
}
