"""What a clause says by itself: passes over the mentions of one parsed sentence.

In come mentions fresh from their triggers, out come the same with what their own sentence gives: status, day, counts,
places, reserve. Nothing is dropped here, and nothing of another sentence is looked at.
"""

from __future__ import annotations

from tasks.extract import counts
from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Mention
from tasks.extract.speakers import hedge_in
from tasks.extract.status import status_and_tense
from tasks.extract.when import date_of
from tasks.extract.where import places_of
from tasks.knowledge.passes import assigns, chain
from tasks.knowledge.trace import Reading


@assigns("status_code", "tense_code", requires=("event_type_code",))
def read_status(mention: Mention, lexicon: Lexicon) -> None:
    """Whether it happened, goes on, is planned, thought of or denied."""
    status, tense = status_and_tense(mention.match, lexicon)
    mention.set("status_code", status)
    mention.set("tense_code", Reading(tense, status.rule_id, status.span))


@assigns("own_date", requires=("event_type_code",))
def read_date(mention: Mention, lexicon: Lexicon) -> None:
    """The day that the sentence gives it."""
    parsed = mention.parsed
    span = date_of(mention.match, parsed.dates, parsed.names, lexicon)
    found = Reading(span, "date.attached", (span.start, span.end)) if span else Reading(None, "date.none_in_sentence")
    mention.set("own_date", found)


@assigns("own_numbers", requires=("event_type_code",))
def read_numbers(mention: Mention, lexicon: Lexicon) -> None:
    """The people that it counts."""
    numbers = tuple(counts.numbers_of(mention.match, mention.parsed.quantities))
    rule = numbers[0].rule_id if numbers else "count.none"
    mention.set("own_numbers", Reading(numbers, rule, (numbers[0].start, numbers[-1].end) if numbers else None))


@assigns("places", requires=("event_type_code",))
def read_places(mention: Mention, lexicon: Lexicon) -> None:
    """The places that the sentence gives it, each with the rule that attached it."""
    match = mention.match
    places = tuple(places_of(match, mention.parsed.names, [*match.actors, *match.recipients]))
    span = places[0].span if places else None
    rule = f"place.{places[0].rule_id}" if places else "place.none_in_sentence"
    mention.set("places", Reading(places, rule, span))


@assigns("is_hedged")
def read_reserve(mention: Mention, lexicon: Lexicon) -> None:
    """Whether the sentence tells it with reserve."""
    hedge = hedge_in(mention.parsed.text, lexicon)
    mention.set("is_hedged", Reading(hedge is not None, "hedge.phrase" if hedge else "hedge.none", hedge))


CLAUSE = chain(
    given=("event_type_code",),
    passes=(read_status, read_date, read_numbers, read_places, read_reserve),
)
"""What is read of a mention in its own sentence, in this order."""
