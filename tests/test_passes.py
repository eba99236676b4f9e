"""A chain of passes holds together or is refused when it is built, with the pass and the column."""

from __future__ import annotations

import pytest

from tasks.knowledge.passes import PassError, assigns, chain
from tasks.knowledge.trace import Reading, Trace


@assigns("status_code")
def read_status(mention: dict) -> None:
    """A pass."""


@assigns("is_aggregate", requires=("own_date",))
def sum_up(mention: dict) -> None:
    """Another."""


@assigns(changes=("status_code",))
def doubt(mention: dict) -> None:
    """One that changes."""


def test_a_chain_keeps_the_order_of_its_passes() -> None:
    assert chain(given=("own_date",), passes=(read_status, sum_up, doubt)) == (read_status, sum_up, doubt)


@pytest.mark.parametrize(
    ("passes", "says"),
    [
        ((sum_up,), "sum_up needs own_date"),
        ((doubt, read_status), "doubt needs status_code"),
        ((read_status, read_status), "read_status assigns status_code, which is assigned before"),
        ((len,), "len declares nothing"),
    ],
)
def test_a_chain_that_does_not_hold_is_refused(passes: tuple, says: str) -> None:
    with pytest.raises(PassError, match=says):
        chain(given=(), passes=passes)


def test_a_pass_that_does_nothing_is_refused() -> None:
    with pytest.raises(PassError, match="what is it for"):
        assigns(requires=("status_code",))(lambda mention: None)


def test_a_trace_names_the_rules_that_made_or_emptied_a_value() -> None:
    trace = Trace()
    trace.add("numbers", Reading((), "count.none"))
    trace.add("numbers", Reading((5,), "count.in_slot", (0, 4)))
    trace.add("numbers", Reading((), "count.unknown"))
    trace.lose("place_id", Reading("geonames:1", "gazetteer.abroad"))
    assert trace.rules() == ["count.in_slot", "count.unknown"]
    assert trace.dropped_by is None
    trace.drop("relevance.other_topic")
    assert trace.dropped_by == "relevance.other_topic"
