"""Tell talk about violence, and nouns in passing, from what tells an event.

In come mentions with what their sentences give them, out come yes or no. What is dropped stays in the trace.
"""

from __future__ import annotations

import re
from functools import cache

from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Mention
from tasks.extract.word_groups import either, words
from tasks.language import syntax


def is_old_picture(sentence: str) -> bool:
    """Whether a sentence is the caption of a picture of something else, put beside the news.

    Example: "File photo: smoke rises over ...".
    """
    return _archive_caption().match(sentence) is not None


@cache
def _archive_caption() -> re.Pattern[str]:
    return re.compile(rf"\W*{either('archive_caption')}\b\W")


def is_in_general(mention: Mention, lexicon: Lexicon) -> bool:
    """Whether a noun speaks of violence at large, of nobody known, with no day, place or count of its own.

    Example: "Fighting has displaced many", "victims of attacks".
    """
    match, names = mention.match, mention.parsed.names
    token = match.token
    if syntax.is_verb(token) or match.light_verb is not None or mention.event_type_code not in lexicon.takes_casualties:
        return False
    if mention.own_numbers or mention.own_date or match.outcomes:
        return False
    if any(place.rule_id not in ("modifier", "sentence") for place in mention.places):
        return False
    if any(names.of(party) is not None for party in (*match.actors, *match.recipients)):
        return False
    return not any(c.dep_ in ("det", "poss") and c.lower_ not in ("any", "some") for c in token.children)


def is_deadly(mention: Mention) -> bool:
    """Whether a mention's own sentence counts dead for it."""
    return any(number.kind_code == "killed" for number in mention.own_numbers)


def is_bare_noun(mention: Mention) -> bool:
    """Whether a noun stands in passing: no party, place, count or day says anything of it."""
    says = mention.actors or mention.recipients or mention.places or mention.own_numbers or mention.own_date
    return not says and not syntax.is_verb(mention.match.token)


def is_standing_measure(mention: Mention, lexicon: Lexicon) -> bool:
    """Whether a noun stands for a measure that is in force, and nobody takes it against anybody.

    Example: "ten years under sanctions", "the embargo makes spare parts dear".
    """
    match = mention.match
    is_told = mention.actors or mention.recipients or match.light_verb is not None
    return mention.event_type_code in lexicon.types_with("measure") and match.trigger.pos == "noun" and not is_told


def is_yearly(mention: Mention) -> bool:
    """Whether the present tells what somebody does each year, week or day, and not what was done on one.

    Example: "Students rally every year in memory of the dead".
    """
    verb = mention.match.token
    beside = syntax.children(verb, "npadvmod", "dobj", "tmod")
    times = [c for c in beside if c.lemma_.lower() in words("time_unit")]
    each = any(c.lower_ in ("every", "each") for time in times for c in time.children)
    return verb.tag_ in ("VBP", "VBZ") and each


def is_only_prevented(mention: Mention) -> bool:
    """Whether a noun of violence stands for what is to be kept from happening at all.

    Example: "Patrols were sent to prevent further attacks"; not "foiled the attack".
    """
    match = mention.match
    light, carrier = match.light_verb, match.carrier
    if light is None or carrier is None or light.effect_code != "prevents" or mention.own_numbers:
        return False
    definite = any(c.dep_ == "poss" or c.lower_ in ("the", "this", "that", "a", "an") for c in match.token.children)
    return carrier.tag_ in ("VB", "VBG") and not definite
