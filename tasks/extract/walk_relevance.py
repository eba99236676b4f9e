"""What is left of a mention once the judge and the words around it are heard: another kind, nothing, or as it was.

In come mentions on the walk through their document, out come the same with the kind that is meant; talk about violence,
films and drills, standing measures and nouns in passing are dropped, by a rule.
"""

from __future__ import annotations

from tasks.extract.judge.verdicts import NONE
from tasks.extract.lexicon import JUDGE
from tasks.extract.model import Mention, Party
from tasks.extract.relevance import (
    is_bare_noun,
    is_deadly,
    is_in_general,
    is_only_prevented,
    is_standing_measure,
    is_yearly,
)
from tasks.extract.walk_context import Heard, WalkContext
from tasks.knowledge import event_types
from tasks.knowledge.passes import assigns
from tasks.knowledge.trace import Reading
from tasks.language import syntax


@assigns(changes=("event_type_code", "is_hedged", "actors", "recipients"), drops=True)
def hear_judge(mention: Mention, context: WalkContext) -> None:
    """Where the judge finds a kind improbable, another that the rules offer is meant, or the sentence is about another
    matter."""
    heard, code, span = context.heard, mention.event_type_code, mention.match.span
    if heard is None:
        return
    if mention.match.trigger.trigger_id == JUDGE:
        if any(known.event_type_code == code for known in context.story.mentions):
            mention.drop("judge.told_before", span)  # without party or count it would only tell it once more
        else:
            mention.set("is_hedged", Reading(True, "judge.told"))  # the judge alone is no good witness
    elif _is_of_other_matter(mention, heard, context):
        mention.drop("judge.other_matter", span)
    else:
        _give_kind_meant(mention, heard, context.lexicon.takes_casualties)


def _is_of_other_matter(mention: Mention, heard: Heard, context: WalkContext) -> bool:
    """Whether the document or its section is about another matter and the kind unlikely.

    A note of a few sentences says little of its matter: a deed that it tells in full, with its victims and its day or
    place, or with both of these, stands ("was shot yesterday", "took four men from Mataje", "Archi fell on Monday").
    """
    code = mention.event_type_code
    if not heard.is_other_matter or not heard.judgement.is_unlikely(code, code not in context.lexicon.is_elsewhere):
        return False
    is_deed = code in context.lexicon.takes_casualties and mention.status_code == "occurred"
    victims = mention.recipients or [n for n in mention.own_numbers if n.side_code == "recipient"]
    is_dated, is_placed = mention.own_date is not None, any(place.start is not None for place in mention.places)
    is_in_full = (is_dated or is_placed) if victims else (is_dated and is_placed)
    return not (heard.is_note and is_deed and is_in_full)


def _give_kind_meant(mention: Mention, heard: Heard, violent: frozenset[str]) -> None:
    """Where its kind is improbable, give the mention the one that is meant, or drop it where that has a mention."""
    code, span = mention.event_type_code, mention.match.span
    closer = heard.judgement.closer(event_types.refinements(code))
    if closer is not None and closer not in heard.kept:
        mention.set("event_type_code", Reading(closer, "judge.closer", span))  # "drove a march back with water cannon"
        if code in event_types.types_with("rally"):
            _turn_on_crowd(mention)
        return
    is_deed = code in violent
    # a deed and what is said of it stand side by side: neither makes the other improbable
    of_kind = {other for other in heard.judgement.scores if other != NONE and (other in violent) == is_deed}
    # of words several are said at once: what was not offered is no better reading of one
    meant = heard.judgement.meant(code, heard.offered & of_kind, of_kind if is_deed else ())
    if meant is None:
        return
    if meant in heard.kept and not is_deed and not mention.own_numbers:
        mention.drop("judge.improbable", span)
    elif meant in heard.kept and not is_deed:
        return  # "freed a hostage and arrested three of the captors": who is counted was done something of his own
    else:
        mention.set("event_type_code", Reading(meant, "judge.meant", span))  # with the dead that it counts


def _turn_on_crowd(mention: Mention) -> None:
    """Those who protest are whom it is done to, by the force that is a subject of the sentence."""
    names = mention.parsed.names
    forces = [t for t in names.words if t.dep_ in (*syntax.SUBJECTS, "pobj") and "force" in names.classes(t)]
    doers = [t for t in forces if t.dep_ != "pobj" or t.head.lower_ == "by"]
    parties = tuple(Party(*syntax.phrase_text(t)) for t in doers[:1])
    mention.set("recipients", Reading(mention.actors, "party.crowd_dispersed"))
    mention.set("actors", Reading(parties, "party.crowd_dispersed"))


@assigns(requires=("own_numbers", "own_date", "actors", "recipients", "places", "event_type_code"), drops=True)
def judge_relevance(mention: Mention, context: WalkContext) -> None:
    """Words of violence about something else, talk about violence, and nouns in passing tell no event."""
    other = context.lexicon.other_topic.search(mention.parsed.text)
    made_up = context.lexicon.make_believe.search(mention.parsed.text)
    is_deed = mention.event_type_code in context.lexicon.takes_casualties
    is_unhurt = not mention.own_numbers or (not mention.actors and not is_deadly(mention))
    if other and is_unhurt:
        mention.drop("relevance.other_topic", other.span())  # "the defence surrendered possession"
    elif is_deed and made_up:
        mention.drop("relevance.make_believe", made_up.span())  # "the film shows soldiers executing dozens"
    elif mention.event_type_code not in context.lexicon.is_speech_act and _goes_on_in_make_believe(mention, context):
        mention.drop("relevance.make_believe", mention.match.span)  # "TV tonight: ... A bomb kills the mayor"
    elif is_yearly(mention):
        mention.drop("relevance.habit", mention.match.span)
    elif is_deed and is_only_prevented(mention):
        mention.drop("relevance.only_prevented", mention.match.span)
    elif is_in_general(mention, context.lexicon):
        mention.drop("relevance.in_general", mention.match.span)
    elif is_bare_noun(mention) or is_standing_measure(mention, context.lexicon):
        mention.drop("relevance.bare_noun", mention.match.span)


def _goes_on_in_make_believe(mention: Mention, context: WalkContext) -> bool:
    """Whether a deed is told in the present right behind a sentence that is about a film or a drill."""
    index, sentences = mention.parsed.index, context.story.sentences
    before = sentences[index - 1] if index else None
    is_of_it = before is not None and before.paragraph == sentences[index].paragraph
    is_present = mention.match.token.tag_ in ("VBZ", "VBP")
    return (
        is_present and before is not None and is_of_it and context.lexicon.make_believe.search(before.text) is not None
    )
