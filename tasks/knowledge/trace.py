"""How a value came about: readings with their rules, and the steps by which a mention was read.

In come values with the id of the rule that read them, out come steps in their order, and the ids of the rules. Every id
is a row of `seeds/rules.csv`, which says what the rule does; a test fails for one that is not. Nothing is refused here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Value = TypeVar("Value", covariant=True)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading(Generic[Value]):
    """A value, the id of the rule that read it, and the words that tell it.

    `rule_id` is a row of `seeds/rules.csv`; `span` are half-open character offsets in the sentence, None where no
    words of the sentence tell it.
    """

    value: Value
    rule_id: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trace: a column, the value that a rule gave it, and the words that tell it.

    `is_lost` marks a candidate that the rule passed over: the column keeps what it had. A step without a column
    drops the whole mention.
    """

    column: str
    value: Any
    rule_id: str
    span: Span | None = None
    is_lost: bool = False


@dataclass
class Trace:
    """The steps by which one mention was read, in their order."""

    steps: list[Step] = field(default_factory=list)

    def add(self, column: str, reading: Reading[Any]) -> None:
        """Note that a column was given a value."""
        self.steps.append(Step(column, reading.value, reading.rule_id, reading.span))

    def lose(self, column: str, reading: Reading[Any]) -> None:
        """Note a candidate for a column that a rule passed over."""
        self.steps.append(Step(column, reading.value, reading.rule_id, reading.span, is_lost=True))

    def drop(self, rule_id: str, span: Span | None = None) -> None:
        """Note that a rule took the mention out of the rows."""
        self.steps.append(Step("", None, rule_id, span))

    @property
    def dropped_by(self) -> str | None:
        """The id of the rule that dropped the mention, or None where it stands."""
        return next((step.rule_id for step in self.steps if not step.column), None)

    def rule_of(self, column: str) -> str | None:
        """The id of the rule that gave a column the value it has, or None where it has none."""
        return next((s.rule_id for s in reversed(self.steps) if s.column == column and not s.is_lost), None)

    def rules(self) -> list[str]:
        """The ids of the rules that made or changed a value, each once, in the order in which they did.

        A rule that left an empty column empty has made nothing.
        """
        made: dict[str, None] = {}
        filled: set[str] = set()
        for step in self.steps:
            if step.column and not step.is_lost and (step.column in filled or not is_empty(step.value)):
                made.setdefault(step.rule_id)
                filled.add(step.column)
        return list(made)


def is_empty(value: object) -> bool:
    """Whether a value says nothing: None, False, or an empty list."""
    return value is None or value is False or value == () or value == []
