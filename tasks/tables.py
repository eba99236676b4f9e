"""Every table, declared once: its columns with Arrow types, meanings and closed codes, its key, and its stage.

The store checks frames against these declarations, the codebook is generated from them, and their meanings
travel inside the released Parquet. Nothing else in the project states a schema.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

SCHEMA_VERSION = 2
# the version with which a table of a release came, where it was not the first
SINCE = {"incidents": 2}

STAGES = ("ingest", "clean", "extract", "resolve", "link", "publish")


@dataclass(frozen=True)
class Column:
    """One column: name, Arrow type, meaning; whether it may be null; its closed list in `seeds/codes.csv`."""

    name: str
    type: pa.DataType
    meaning: str
    nullable: bool = False
    codes: str | None = None

    @property
    def field(self) -> pa.Field:
        """The Arrow field, with meaning and codes as metadata."""
        metadata = {"meaning": self.meaning} | ({"codes": self.codes} if self.codes else {})
        return pa.field(self.name, self.type, nullable=True, metadata=metadata)


@dataclass(frozen=True)
class Table:
    """One table: its name, the stage that writes it, what a row is, its key, its columns."""

    name: str
    stage: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, columns in declared order, meanings in the field metadata."""
        return pa.schema([column.field for column in self.columns])

    @property
    def names(self) -> list[str]:
        """The names of the columns, in their order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """The declaration of one column; KeyError where the table has none of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")


INSTANT = pa.timestamp("us", tz="UTC")
DATE = pa.date32()
STRINGS = pa.list_(pa.string())


def _struct_list(**fields: pa.DataType) -> pa.DataType:
    return pa.list_(pa.struct([pa.field(name, type_) for name, type_ in fields.items()]))


SEGMENTS = _struct_list(
    kind_code=pa.string(), start=pa.int32(), end=pa.int32(), speaker_text=pa.string(), date=pa.date32()
)
SPANS = _struct_list(text=pa.string(), start=pa.int32(), end=pa.int32(), refers_to=pa.string())
NUMBER_SPANS = _struct_list(
    kind_code=pa.string(),
    side_code=pa.string(),
    text=pa.string(),
    start=pa.int32(),
    end=pa.int32(),
    is_additional=pa.bool_(),
    is_plural=pa.bool_(),
)
PARTIES = _struct_list(
    text=pa.string(), actor_id=pa.string(), label=pa.string(), country_code=pa.string(), actor_type_code=pa.string()
)
NUMBERS = _struct_list(kind_code=pa.string(), side_code=pa.string(), low=pa.int32(), high=pa.int32(), text=pa.string())
CASUALTIES = pa.list_(
    pa.struct(
        [
            pa.field("kind_code", pa.string(), metadata={"codes": "number_kind"}),
            pa.field("group_code", pa.string(), metadata={"codes": "casualty_group"}),
            pa.field("low", pa.int32()),
            pa.field("high", pa.int32()),
            pa.field("text", pa.string()),
        ]
    )
)
NAMES = pa.list_(
    pa.struct(
        [
            pa.field("kind_code", pa.string(), metadata={"codes": "number_kind"}),
            pa.field("name", pa.string()),
            pa.field("age", pa.int32()),
        ]
    )
)
CLAIMS = _struct_list(
    mention_id=pa.string(),
    document_id=pa.string(),
    speaker_text=pa.string(),
    speaker_actor_id=pa.string(),
    speaker_label=pa.string(),
    stance_code=pa.string(),
    killed_low=pa.int32(),
    killed_high=pa.int32(),
    sentence_text=pa.string(),
)
CORRECTIONS = _struct_list(
    correction_id=pa.string(),
    action_code=pa.string(),
    column=pa.string(),
    before=pa.string(),
    after=pa.string(),
    reason=pa.string(),
)
EVIDENCE = _struct_list(document_id=pa.string(), start=pa.int32(), end=pa.int32(), text=pa.string())


def _text(name: str, meaning: str, null: bool = False, codes: str | None = None) -> Column:
    return Column(name, pa.string(), meaning, null, codes)


def _of(type_: pa.DataType, name: str, meaning: str, null: bool = False) -> Column:
    return Column(name, type_, meaning, null)


def _offset(name: str, meaning: str, null: bool = False) -> Column:
    return Column(name, pa.int32(), meaning + " (code points in the cleaned text)", null)


DOCUMENT_ID = _text("document_id", "Hash of source, external id and bytes")
MENTION_ID = _text("mention_id", "Hash of document, trigger offsets, type, place ordinal and date ordinal")
EVENT_ID = _text("event_id", "Id of the event, kept as the event grows")
EXTERNAL_ID = _text("external_id", "The id that the record gives, else the file's base name without its ending")
ADHOC = "adhoc"
"""The source of what is read without one: files given by hand."""
SOURCE_ID = _text("source_id", "Row of seeds/sources.csv, else adhoc")

TRIGGER = (
    _text("sentence_text", "The sentence as it stands in the cleaned text"),
    _offset("sentence_start", "Where the sentence begins"),
    _offset("sentence_end", "Where it ends, half-open"),
    _offset("trigger_start", "Where the trigger begins"),
    _offset("trigger_end", "Where it ends, half-open"),
    _text("trigger_text", "The words that fired"),
    _text("trigger_id", "Row of seeds/triggers.csv that fired"),
    _of(pa.int32(), "item", "Of which item of a live blog, bulletin or timeline, from 1; null: of none", null=True),
)

KIND = (
    _text("event_type_code", "What kind of event", codes="event_type"),
    _text("weapon_code", "Weapon or means, where told", null=True, codes="weapon"),
)

WHAT = (
    Column("target_codes", STRINGS, "What was hit: what the deed was done to or inside of; each once", codes="target"),
    _of(STRINGS, "target_texts", "The words for each of target_codes, in the same order"),
)

CROSSWALK = (
    _text("acled_event_type", "ACLED's event type, where it has one", null=True),
    _text("acled_sub_event_type", "ACLED's sub-event type, where it has one", null=True),
    _text("plover_type", "PLOVER 0.8 event type", null=True),
    _text("plover_mode", "PLOVER 0.8 mode", null=True),
    _text("cameo_code", "CAMEO code", null=True),
)

RULES = _of(STRINGS, "rules", "Ids of the rules that made or changed a value, in their order; see Rules")

STATUS = (
    _text("status_code", "Whether it happened, goes on, is planned, hypothetical or denied", codes="status"),
    _of(pa.bool_(), "is_aggregate", "The statement sums or summarises many events"),
)

WHO = (
    _of(PARTIES, "actors", "Who did it: words, actor id, label, country, type"),
    _of(PARTIES, "recipients", "To whom: the same"),
    _text("actor_label", "Label of the first actor", null=True),
    _text("recipient_label", "Label of the first recipient", null=True),
)

WHEN = (
    _text("date_text", "The words that date the event", null=True),
    _of(DATE, "date_start", "First day on which it may have begun", null=True),
    _of(DATE, "date_end", "Last day; null where open", null=True),
    _text("date_precision_code", "How exact the date is", codes="date_precision"),
    _text("date_basis_code", "What the date rests on", codes="date_basis"),
    _text("date_rule_id", "The rule that read the date", null=True),
)

WHERE = (
    _text("place_text", "The words that place the event", null=True),
    _text("place_id", "Id of the place in the gazetteer; null where its name is in none", null=True),
    _text("place_label", "Name of the place, as told where no gazetteer has it", null=True),
    _of(pa.float64(), "latitude", "Degrees north, WGS 84, at any precision", null=True),
    _of(pa.float64(), "longitude", "Degrees east, WGS 84, at any precision", null=True),
    _text("country_code", "ISO 3166-1 alpha-3", null=True),
    _text("admin1_name", "First-level division", null=True),
    _text("admin1_code", "Its code: ISO 3166-1 alpha-2, a dot, GeoNames' admin1", null=True),
    _text("admin2_name", "Second-level division", null=True),
    _text("admin2_code", "Its code: the admin1 code, a dot, GeoNames' admin2", null=True),
    _text("geo_precision_code", "How exact the place is", codes="geo_precision"),
    _text("place_rule_id", "The rule by which the event was given this place", null=True),
)


def _counts(null_means: str) -> tuple[Column, ...]:
    return tuple(
        _of(pa.int32(), f"{kind}_{end}", f"{end.capitalize()} bound of the people {kind}; {null_means}", null=True)
        for kind in ("killed", "injured", "captured")
        for end in ("low", "high")
    )


CASUALTY_NAMES = Column(
    "casualty_names",
    NAMES,
    "Who of them is named, as written, without titles: by kind (list number_kind), with the age where it is told; "
    "seldom all of them, and never to be counted",
)

HOW_MANY = (
    *_counts("null is not stated, never zero"),
    Column("casualties_unknown", pa.bool_(), "The text says that the number is not known"),
    Column("numbers", NUMBERS, "Every count that the text gives, by kind and side"),
    Column(
        "casualties",
        CASUALTIES,
        "Who they were, as far as told: by kind (list number_kind) and group (list casualty_group), with bounds and "
        "words; groups overlap and are parts of the toll, never to be added to it",
    ),
    CASUALTY_NAMES,
)

WHO_SAYS = (
    _text("speaker_text", "Who says so, as written", null=True),
    _text("speaker_actor_id", "The speaker's actor id", null=True),
    _text("stance_code", "What the speaker does with the statement", null=True, codes="stance"),
    _of(pa.bool_(), "is_hedged", "Told with reserve: reportedly, alleged, if true"),
)

RAW_DOCUMENTS = Table(
    "raw_documents",
    "ingest",
    "One row a report as its source gave it: bytes kept, nothing repaired.",
    ("document_id",),
    (
        DOCUMENT_ID,
        EXTERNAL_ID,
        SOURCE_ID,
        _text("uri", "Where it was read; for a record, with its line or row number"),
        _text("media_code", "What the bytes are", codes="media"),
        _of(pa.binary(), "content", "The bytes of the file, or of the record (JSON)"),
        _text("bytes_sha256", "SHA-256 of content, hexadecimal"),
        _text("url", "Declared address", null=True),
        _text("publisher", "Declared publisher", null=True),
        _text("title", "Declared title", null=True),
        _text("author", "Declared author", null=True),
        _text("language", "Declared language", null=True),
        _text("published", "Declared time of publication, as written", null=True),
        _text("metadata", "All else that the record holds, as JSON with sorted keys", null=True),
        _of(INSTANT, "ingested_at", "When it was read; past all read before, where a clock was set back"),
        _of(pa.int32(), "ordinal", "Place in the ingest run: with ingested_at, which of two revisions is newer"),
        _of(
            pa.bool_(),
            "has_own_id",
            "It declares its external_id; what is called after its file is nobody's revision. Null counts as true",
            null=True,
        ),
    ),
)

RELEASED_DOCUMENT_COLUMNS = (
    DOCUMENT_ID,
    EXTERNAL_ID,
    SOURCE_ID,
    _text("url", "Address of the report", null=True),
    _text("publisher", "Declared publisher, else the host of the address", null=True),
    _text("agency", "News agency that its dateline, author or credit line names: the voice behind the text", null=True),
    _text("title", "Title", null=True),
    _text("author", "Author", null=True),
    _text(
        "language_code",
        "ISO 639-1, else ISO 639-3: as declared, else as the text reads; null where that cannot be trusted",
        null=True,
    ),
    _of(DATE, "published_date", "Day of publication", null=True),
    _text("published_basis_code", "What the day rests on", codes="published_basis"),
    _text("refused_date_text", "The surest date that was not taken for that day, as written", null=True),
    _text("refused_date_code", "Why it was not", null=True, codes="date_refusal"),
    _text("duplicate_of", "document_id of the original where this is a near-copy", null=True),
    _text("supersedes", "document_id of the older revision that this one replaces", null=True),
    _of(pa.int64(), "char_count", "Length of the cleaned text in code points"),
    _text("text", "The cleaned text; null in a release made without --with-text", null=True),
    _of(INSTANT, "ingested_at", "When it was read"),
)

DOCUMENTS = Table(
    "documents",
    "clean",
    "One row a report as plain text; offsets are frozen from here on.",
    ("document_id",),
    (
        *RELEASED_DOCUMENT_COLUMNS,
        _of(SEGMENTS, "segments", "What the parts of the text are, in order, without gaps but for white space"),
        _of(pa.binary(), "signature", "MinHash of the text's shingles, for finding near-copies", null=True),
    ),
)

COPY_BANDS = Table(
    "copy_bands",
    "clean",
    "One row a document that is marked, or not, as a near-copy: an index that finds the documents it may be alike to.",
    ("document_id",),
    (
        DOCUMENT_ID,
        _of(
            pa.list_(pa.int64()),
            "bands",
            "A key for each band of its signature; alike documents share one. Empty for a text too short to compare",
        ),
    ),
)

PARSES = Table(
    "parses",
    "extract",
    "One parse a distinct sentence; a cache that may be pruned.",
    ("sentence_sha256", "model"),
    (
        _text("sentence_sha256", "SHA-256 of the sentence as parsed"),
        _text("model", "Name and version of the spaCy model"),
        _of(pa.binary(), "parse", "The tokens of one spaCy Doc, as tasks/language/parsing.py packs them"),
    ),
)

MENTIONS = Table(
    "mentions",
    "extract",
    "One row a mention of an event at a place, in the words of the text.",
    ("mention_id",),
    (
        MENTION_ID,
        DOCUMENT_ID,
        *TRIGGER,
        *KIND,
        *WHAT,
        *STATUS,
        RULES,
        _text("tense_code", "Tense of the trigger's clause, which sends bare weekdays back or forth", codes="tense"),
        _of(SPANS, "actors", "Who did it, as written; refers_to is the antecedent of a pronoun or description"),
        _of(SPANS, "recipients", "To whom, as written"),
        _text("date_text", "The words that date the event", null=True),
        _offset("date_text_start", "Where they begin", null=True),
        _offset("date_text_end", "Where they end, half-open", null=True),
        _text(
            "date_anchor_text",
            "The words that dated the narrative so far, in their order, a semicolon between",
            null=True,
        ),
        _text("place_text", "The words that place the event", null=True),
        _offset("place_text_start", "Where they begin", null=True),
        _offset("place_text_end", "Where they end, half-open", null=True),
        _text("place_kind_text", "What kind of place it must be, where that word stands apart", null=True),
        _text("place_rule_id", "How the place was attached to the trigger", null=True),
        _of(STRINGS, "place_parents", "Places that the sentence puts this one in, narrowest first"),
        _of(STRINGS, "place_context", "Other places that the document names, nearest first"),
        _of(NUMBER_SPANS, "numbers", "Counts of people as written, by kind and side"),
        _of(NUMBER_SPANS, "number_parts", "Parts of them as written, by who they are: including two women"),
        CASUALTY_NAMES,
        _of(pa.bool_(), "casualties_unknown", "The text says that the number is not known"),
        _text("speaker_text", "Who says so, as written", null=True),
        _text("speaker_refers_to", "Fuller name or affiliation of the speaker, from elsewhere in the text", null=True),
        _text("stance_code", "What the speaker does with the statement", null=True, codes="stance"),
        _of(pa.bool_(), "is_hedged", "Told with reserve: reportedly, alleged, if true"),
    ),
)

RESOLVED_MENTIONS = Table(
    "resolved_mentions",
    "resolve",
    "One row a mention of an event at a place, words turned into dates, places, actors, numbers and codes.",
    ("mention_id",),
    (
        MENTION_ID,
        DOCUMENT_ID,
        *TRIGGER,
        *KIND,
        *WHAT,
        *CROSSWALK,
        *STATUS,
        RULES,
        *WHO,
        *WHEN,
        *WHERE,
        *HOW_MANY,
        *WHO_SAYS,
    ),
)

EVENT_MENTIONS = Table(
    "event_mentions",
    "link",
    "Which mention tells which event, and why it was put there.",
    ("mention_id",),
    (
        EVENT_ID,
        MENTION_ID,
        _text("link_reason", "Why the mention belongs to the event", null=True),
    ),
)

EVENTS = Table(
    "events",
    "link",
    "One row an event, merged over its mentions.",
    ("event_id",),
    (
        EVENT_ID,
        _of(STRINGS, "former_event_ids", "Ids of events that were merged into this one"),
        _text("summary", "One line made from the columns"),
        *KIND,
        *WHAT,
        *CROSSWALK,
        *STATUS,
        _text("certainty_code", "How far it is borne out; null unless it happened", null=True, codes="certainty"),
        *WHO,
        *WHEN,
        *WHERE,
        *HOW_MANY,
        _of(pa.int32(), "killed_best", "The figure that most publishers give, then the newest", null=True),
        _of(pa.int32(), "injured_best", "The figure that most publishers give, then the newest", null=True),
        _of(pa.int32(), "mention_count", "Mentions that tell it"),
        _of(pa.int32(), "document_count", "Documents that tell it"),
        _of(pa.int32(), "publisher_count", "Independent publishers; all unknown ones count as one"),
        _of(DATE, "first_reported_date", "Earliest publication among its documents", null=True),
        _of(CLAIMS, "claims", "Each statement of the event by a speaker"),
        _of(EVIDENCE, "evidence", "The sentences that tell it"),
        _of(CORRECTIONS, "corrections", "What an analyst changed, by rows of seeds/corrections.csv, and why"),
    ),
)

ACCOUNTS = Table(
    "accounts",
    "link",
    "One row an account, what one document says of one event: where linking looked for its like, and with what it put "
    "it. It lets news be linked without linking all anew; analysts have no use for it.",
    ("account_id",),
    (
        _text("account_id", "Smallest of its mention ids"),
        DOCUMENT_ID,
        _text("input_id", "Hash of what the document's mentions and its date and publisher were made from"),
        _of(STRINGS, "mention_ids", "The mentions in which the document tells it"),
        _text("family", "Family of event types within which linking looks"),
        _of(pa.bool_(), "is_aggregate", "The statement sums or summarises many events"),
        _text("place", "What accounts at one place share: how exact the place is, and its id or name"),
        _of(pa.int32(), "first_day", "First day on which its like may fall, as an ordinal; -10000000 where open"),
        _of(pa.int32(), "last_day", "Last day; 10000000 where open"),
        _text("happening_id", "Smallest account of the happening that it tells of; null where of none", null=True),
        _text("group_id", "Smallest account of those at the place that are one event with it"),
        _text("root_id", "Group that the event began with, the one at its finest place"),
        _of(pa.int32(), "group_rank", "How exact the group's place is: 5 a point, 0 unknown"),
        _text("group_country_code", "The group's country", null=True),
        _text("group_admin1", "The group's first-level division", null=True),
        _of(pa.int32(), "group_cell", "Cell of a fifth of a degree that the group lies in", null=True),
        _of(pa.int32(), "group_first_day", "First day on which the like of the group may fall"),
        _of(pa.int32(), "group_last_day", "Last day"),
    ),
)

HAPPENINGS = Table(
    "happenings",
    "link",
    "One row a happening, what one document knows of one incident, sums left out: what linking compares across "
    "documents. Analysts have no use for it.",
    ("happening_id",),
    (
        _text("happening_id", "Smallest of its accounts"),
        DOCUMENT_ID,
        _of(STRINGS, "event_type_codes", "Types of its accounts, in the order of seeds/incident_types.csv"),
        _of(pa.int32(), "first_day", "First day on which it may fall, as an ordinal", null=True),
        _of(pa.int32(), "last_day", "Last day", null=True),
        _of(pa.bool_(), "is_dated", "Its own sentences give the day"),
        _of(pa.int32(), "published_day", "Publication of the document, as an ordinal", null=True),
        _of(pa.int32(), "place_rank", "How exact its place is: 5 a point, 0 unknown"),
        _text("country_code", "Country of its place", null=True),
        _text("admin1", "First-level division of its place", null=True),
        _text("admin2", "Second-level division of its place", null=True),
        _text("place_id", "Its place", null=True),
        _of(pa.float64(), "latitude", "Degrees, WGS 84", null=True),
        _of(pa.float64(), "longitude", "Degrees, WGS 84", null=True),
        _of(pa.int32(), "killed", "The largest lower bound told", null=True),
        _of(pa.int32(), "injured", "The largest lower bound told", null=True),
        _of(pa.bool_(), "is_main", "It is what the document is about"),
        _of(STRINGS, "names", "Words of names by which other reports on it are known, as compared"),
    ),
)

INCIDENT_ID = _text("incident_id", "Id of the incident, kept as the incident grows")

INCIDENT_EVENTS = Table(
    "incident_events",
    "link",
    "One row an event that is a part of an incident or speaks of one; all others are of none.",
    ("event_id",),
    (
        EVENT_ID,
        INCIDENT_ID,
        _text("incident_role_code", "What the event is to its incident", codes="incident_role"),
    ),
)

INCIDENTS = Table(
    "incidents",
    "link",
    "One row an incident: one happening that analysts count once, with all its phases, outcomes, claims and denials.",
    ("incident_id",),
    (
        INCIDENT_ID,
        _of(STRINGS, "former_incident_ids", "Ids of incidents that were merged into this one"),
        _text("summary", "One line made from the columns"),
        _text("incident_type_code", "Event type of the event that heads it", codes="event_type"),
        _of(STRINGS, "event_type_codes", "Types of all its events, that of the head first"),
        *KIND,
        *WHAT,
        *CROSSWALK,
        _text("acled_disorder_type", "ACLED's disorder type, where it has one", null=True),
        *STATUS,
        _text("certainty_code", "How far it is borne out; null unless it happened", null=True, codes="certainty"),
        *WHO,
        *WHEN,
        *WHERE,
        *HOW_MANY,
        _of(pa.int32(), "killed_best", "The figure of the event that most publishers tell with one", null=True),
        _of(pa.int32(), "injured_best", "The figure of the event that most publishers tell with one", null=True),
        _of(pa.int32(), "killed_civilians", "Civilians among the dead, where told: the largest lower bound", null=True),
        _of(pa.int32(), "killed_military", "Members of state forces among the dead, where told", null=True),
        _of(pa.int32(), "killed_insurgents", "Fighters against a state among the dead, where told", null=True),
        _of(pa.int32(), "event_count", "Events that are of it"),
        _of(pa.int32(), "mention_count", "Mentions that tell of it"),
        _of(pa.int32(), "document_count", "Documents that tell of it"),
        _of(pa.int32(), "publisher_count", "Independent publishers; all unknown ones count as one"),
        _of(DATE, "first_reported_date", "Earliest publication among its documents", null=True),
        _of(DATE, "last_reported_date", "Latest publication among its documents", null=True),
        _of(STRINGS, "claimed_by", "Who owns to it"),
        _of(STRINGS, "denied_by", "Who denies it, or denies having done it"),
        _of(CLAIMS, "claims", "Each statement of it by a speaker"),
        _of(EVIDENCE, "evidence", "The sentences that tell of it"),
    ),
)

TERRITORY = Table(
    "territory",
    "link",
    "One row a change of control over a place.",
    ("place_id", "date", "event_id"),
    (
        _text("place_id", "Id of the place in the gazetteer"),
        _text("place_label", "Name of the place"),
        _text("admin1_name", "First-level division", null=True),
        _text("country_code", "ISO 3166-1 alpha-3", null=True),
        _of(DATE, "date", "Day of the change"),
        _text("controller_actor_id", "Who holds it from then on", null=True),
        _text("controller_label", "Label of who holds it"),
        _text("previous_controller_actor_id", "Who held it before, where known", null=True),
        EVENT_ID,
        _text("certainty_code", "How far it is borne out", null=True, codes="certainty"),
    ),
)

REJECTS = Table(
    "rejects",
    "ingest",
    "One row an input that could not be read or kept, with the reason.",
    ("reject_id",),
    (
        _text("reject_id", "Hash of stage, source, uri, reason and bytes"),
        _text("stage", "Stage that refused it", codes="stage"),
        SOURCE_ID,
        _text("uri", "What was refused; for a record, with its line or row number"),
        _text("reason_code", "Why", codes="reject_reason"),
        _text("message", "Why, in a sentence"),
        _text("bytes_sha256", "SHA-256 of the bytes, hexadecimal", null=True),
        _of(INSTANT, "rejected_at", "When it was first refused"),
    ),
)

PROGRESS = Table(
    "progress",
    "ingest",
    "What each stage has done for each document: the ledger that makes runs incremental.",
    ("stage", "document_id"),
    (
        _text("stage", "Stage that did the work", codes="stage"),
        DOCUMENT_ID,
        _text("input_id", "output_id of the stage before, at that time"),
        _text("output_id", "Hash of input_id and the stage's fingerprint"),
        _of(pa.int32(), "row_count", "Rows that the stage left of it in its tables", null=True),
        _text("reject_id", "Row of rejects in which it ended", null=True),
    ),
)

FETCHED = Table(
    "fetched",
    "ingest",
    "What addresses of the web gave when they were last fetched, so that they are asked for changes alone.",
    ("url",),
    (
        _text("url", "The address as it is asked for"),
        _text("final_url", "The address to which it led"),
        _text("etag", "The host's mark of this content, asked for as If-None-Match", null=True),
        _text("last_modified", "When it changed, as the host writes it, asked for as If-Modified-Since", null=True),
        _text("media_type", "What the host says that it is", null=True),
        _of(pa.binary(), "content", "The bytes, unpacked where they were packed for the way"),
        _of(INSTANT, "fetched_at", "When it was fetched"),
    ),
)

STAGE_TABLES = {
    table.name: table
    for table in (
        RAW_DOCUMENTS,
        DOCUMENTS,
        COPY_BANDS,
        PARSES,
        MENTIONS,
        RESOLVED_MENTIONS,
        EVENT_MENTIONS,
        EVENTS,
        ACCOUNTS,
        HAPPENINGS,
        INCIDENT_EVENTS,
        INCIDENTS,
        TERRITORY,
        REJECTS,
        PROGRESS,
        FETCHED,
    )
}

_GEOMETRY = _of(pa.binary(), "geometry", "Point, WKB, longitude and latitude", null=True)
_OF_INCIDENT = (
    _text("incident_id", "Id of the incident that it is a part of or speaks of", null=True),
    _text("incident_role_code", "What it is to its incident", null=True, codes="incident_role"),
)

RELEASE_TABLES = {
    table.name: table
    for table in (
        Table(
            "events",
            "publish",
            EVENTS.meaning,
            EVENTS.key,
            (
                *EVENTS.columns,
                *_OF_INCIDENT,
                _GEOMETRY,
            ),
        ),
        Table(
            "incidents",
            "publish",
            INCIDENTS.meaning,
            INCIDENTS.key,
            (*INCIDENTS.columns, _GEOMETRY),
        ),
        Table(
            "mentions",
            "publish",
            "One row a mention of an event at a place.",
            MENTIONS.key,
            (
                MENTION_ID,
                EVENT_ID,
                _OF_INCIDENT[0],
                DOCUMENT_ID,
                EXTERNAL_ID,
                *RESOLVED_MENTIONS.columns[2:],
                EVENT_MENTIONS.column("link_reason"),
            ),
        ),
        Table("documents", "publish", DOCUMENTS.meaning, DOCUMENTS.key, RELEASED_DOCUMENT_COLUMNS),
        Table("territory", "publish", TERRITORY.meaning, TERRITORY.key, TERRITORY.columns),
        Table(
            "actors",
            "publish",
            "One row an actor that an event of the release names.",
            ("actor_id",),
            (
                _text("actor_id", "Id of the actor in seeds/actors.csv"),
                _text("label", "Name"),
                _text("actor_type_code", "What kind of actor", codes="actor_type"),
                _text("country_code", "ISO 3166-1 alpha-3", null=True),
                _text("parent_actor_id", "Whom it belongs to", null=True),
                _of(STRINGS, "aliases", "Other names"),
                _of(pa.int32(), "event_count", "Events of the release that name it"),
            ),
        ),
        Table(
            "places",
            "publish",
            "One row a place at which an event of the release lies.",
            ("place_id",),
            (
                _text("place_id", "Id of the place in the gazetteer"),
                _text("label", "Name"),
                _text("kind_code", "What kind of place", codes="place_kind"),
                _of(pa.float64(), "latitude", "Degrees north, WGS 84", null=True),
                _of(pa.float64(), "longitude", "Degrees east, WGS 84", null=True),
                _text("country_code", "ISO 3166-1 alpha-3", null=True),
                _text("admin1_name", "First-level division", null=True),
                _text("admin2_name", "Second-level division", null=True),
                _of(pa.int32(), "event_count", "Events of the release that lie there"),
            ),
        ),
        Table("rejects", "publish", REJECTS.meaning, REJECTS.key, REJECTS.columns),
    )
}
