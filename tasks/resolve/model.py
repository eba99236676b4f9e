"""A mention on its way from words to values: what it says as written, the columns read so far, and their trace.

In comes a row of `mentions`; columns are set by readings alone, each with the rule that read it; out comes a row of
`resolved_mentions`. Nothing is refused here; the store checks the rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.knowledge.trace import Reading, Trace

# what a resolved mention takes over from the mention, in the order of the table
_AS_WRITTEN = (
    "mention_id", "document_id", "sentence_text", "sentence_start", "sentence_end", "trigger_start", "trigger_end",
    "trigger_text", "trigger_id", "item", "event_type_code", "weapon_code", "target_codes", "target_texts",
    "status_code", "is_aggregate", "date_text", "place_text", "casualty_names", "casualties_unknown",
    "speaker_text", "stance_code", "is_hedged",
)  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What the document of a mention adds: its text and day, whether "03/04" is 3 April, the country of its source,
    the country that it is mostly about (`home`), and the one that a leader fled from (`fled`); `told_in`: what it
    puts a place in, by the place's words; `past_year`: the year that it tells of throughout, where that is long past;
    `is_item` where the day is that of an item, post or message in it."""

    text: str
    published_date: dt.date | None
    day_first: bool
    source_country: str | None
    home: str | None
    fled: str | None
    told_in: Mapping[str, Sequence[str]] = field(default_factory=dict)
    past_year: int | None = None
    is_item: bool = False


class ResolvedMention:
    """One mention with its columns as far as passes have set them, and the trace of how."""

    def __init__(self, written: Mapping[str, Any], setting: Setting):
        """`written`: a row of `mentions`."""
        self.written = written
        self.setting = setting
        self.trace = Trace()
        self._columns: dict[str, Any] = {}

    @property
    def mention_id(self) -> str:
        """The id of the mention."""
        return str(self.written["mention_id"])

    def set(self, column: str, reading: Reading[Any]) -> None:
        """Give a column a value and note the step. The only writer."""
        self._columns[column] = reading.value
        self.trace.add(column, reading)

    def __getitem__(self, column: str) -> Any:
        """A column: as read, else as written."""
        return self._columns[column] if column in self._columns else self.written[column]

    def row(self) -> dict[str, Any]:
        """The row of `resolved_mentions`; `rules` are those of the mention as written, then those that read it."""
        rules = dict.fromkeys([*(self.written["rules"] or ()), *self.trace.rules()])
        return {name: self.written[name] for name in _AS_WRITTEN} | self._columns | {"rules": list(rules)}
