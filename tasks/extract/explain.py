"""Tell in words what a sentence's extraction found, and why other trigger rows lost.

In comes a sentence, out come lines for a maintainer's eyes. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from tasks.extract.coder import Extractor, explain

_TOLD = (
    "event_type_code", "weapon_code", "status_code", "tense_code", "is_aggregate", "date_text", "place_text",
    "place_kind_text", "place_rule_id", "place_parents", "speaker_text", "speaker_refers_to", "stance_code",
    "is_hedged", "casualties_unknown",
)  # fmt: skip


def explain_lines(sentence: str, extractor: Extractor) -> Iterator[str]:
    """Lines: each mention with its trigger row and reading, the rows that lost, and the parse."""
    told = explain(sentence, extractor)
    if not told["mentions"]:
        yield "nothing fires"
    for mention in told["mentions"]:
        yield f"{mention['event_type_code']}  by {mention['trigger_id']} at {mention['trigger_text']!r}"
        for side in ("actors", "recipients"):
            for party in mention[side]:
                means = f" = {party['refers_to']}" if party["refers_to"] else ""
                yield f"  {side[:-1]:<20}{party['text']}{means}"
        for number in mention["numbers"]:
            yield f"  {number['kind_code']:<20}{number['text']}"
        for name in _TOLD[1:]:
            if mention[name] not in (None, [], False):
                yield f"  {name:<20}{mention[name]}"
    if told["lost"]:
        yield ""
        yield "what lost, and why"
        for lost in told["lost"]:
            yield f"  {lost.word:<14}{lost.trigger_id:<36}{lost.reason}"
    yield ""
    yield "the parse"
    for text, lemma, tag, dependency, head in told["tokens"]:
        yield f"  {text:<18}{lemma:<18}{tag:<6}{dependency:<10}{head}"
