"""One walk through a document: passes over its mentions in the order of the text, with the story so far.

In come mentions as their own sentences tell them, out come the same with what the document adds: whom pronouns mean,
the kind of "the attack", carried days, added counts, inherited places. What turns out to be no event is dropped, by a
rule.
"""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from tasks.extract import counts
from tasks.extract.aggregates import aggregate_rule, are_of_war
from tasks.extract.model import Count, Mention, Party, PlaceText
from tasks.extract.parties import party_of
from tasks.extract.relevance import is_deadly
from tasks.extract.scene import Scene
from tasks.extract.story_counts import added_up, counted_before
from tasks.extract.story_dates import anchor_text, counted_from_story, date_words
from tasks.extract.story_kinds import is_known_plan, is_of_known, kind_before, kind_meant, kind_of_outcome
from tasks.extract.targets import targets_of
from tasks.extract.walk_context import WalkContext
from tasks.extract.walk_relevance import hear_judge, judge_relevance
from tasks.extract.word_groups import words
from tasks.knowledge.passes import assigns, chain
from tasks.knowledge.trace import Reading

# rules by which the sentence itself says that nobody was hurt, and no speaker that nothing happened
_NOBODY_HURT = ("status.no", "status.negated")


@assigns(changes=("status_code", "tense_code"), requires=("event_type_code",))
def take_up_plan(mention: Mention, context: WalkContext) -> None:
    """What was told before as a plan is still one.

    Example: "Friday's meeting" after "will meet on Friday".
    """
    if mention.status_code == "occurred" and is_known_plan(mention.match, context.story):
        mention.set("status_code", Reading("planned", "status.known_plan", mention.match.span))
        mention.set("tense_code", Reading("future", "status.known_plan"))


@assigns("speaker")
def find_speaker(mention: Mention, context: WalkContext) -> None:
    """On whose word it stands."""
    speaker = context.story.speakers.speaker(mention.match.token, mention.parsed, context.lexicon, context.story.memory)
    mention.set("speaker", Reading(speaker, speaker.rule_id if speaker else "speaker.none"))
    if speaker is not None and speaker.is_hedged and not mention.is_hedged:
        mention.set("is_hedged", Reading(True, "hedge.reporting_verb"))


@assigns(changes=("own_date",))
def count_days_from_story(mention: Mention, context: WalkContext) -> None:
    """Days that are counted from a deed before count on from its day.

    Example: "Two days after the blast".
    """
    other = counted_from_story(mention, context.story)
    if other is not None:
        mention.set("own_date", other)


@assigns(changes=("own_numbers",))
def take_up_counts(mention: Mention, context: WalkContext) -> None:
    """People known from before are as many as they were; a toll counts the dead that its sentence gives in parts.

    Example: "The gunmen".
    """
    numbers = counted_before(mention.own_numbers, mention.parsed.index, context.story)
    if context.plain:
        kinds = {number.kind_code for number in context.plain}
        numbers = sorted([*(n for n in numbers if n.kind_code not in kinds), *context.plain], key=lambda n: n.start)
    if context.toll is not None:
        numbers = counts.with_toll(numbers, context.toll)
    if tuple(numbers) != mention.own_numbers:
        changed = next(n for n in numbers if n not in mention.own_numbers)
        mention.set("own_numbers", Reading(tuple(numbers), changed.rule_id, (changed.start, changed.end)))


@assigns("actors", "recipients", requires=("speaker",))
def name_parties(mention: Mention, context: WalkContext) -> None:
    """Who did it and to whom, as written, and whom those words mean."""
    for column, heads in (("actors", mention.match.actors), ("recipients", mention.match.recipients)):
        found = [party_of(t, mention.parsed, context.story.memory, context.head_types) for t in heads]
        found = [(party, rule) for one, (party, rule) in zip(heads, found, strict=True) if not _is_nobody(one, party)]
        rule = next((rule for _, rule in found if rule), "party.in_slot" if found else "party.none")
        span = (found[0][0].start, found[0][0].end) if found else None
        mention.set(column, Reading(tuple(party for party, _ in found), rule, span))
    if not mention.actors and mention.event_type_code in context.lexicon.types_with("by_authority"):
        _name_authority(mention, context)


def _is_nobody(head: Token, party: Party) -> bool:
    """Whether a party is a word that names nobody, as nothing before tells whom it means ("we", "both")."""
    is_word = head.text != "US" and head.lower_ in words("no_name")
    return is_word and party.refers_to is None


def _name_authority(mention: Mention, context: WalkContext) -> None:
    """The force that tells of an arrest is who made it: "Three men were arrested, police said"."""
    speaker = mention.speaker
    head = speaker.head if speaker is not None else None
    if speaker is None or head is None or speaker.stance_code == "denies":
        return
    if "force" in mention.parsed.names.classes(head) and head not in mention.match.recipients:
        found, _ = party_of(head, mention.parsed, context.story.memory, context.head_types)
        mention.set("actors", Reading((found,), "party.authority", (found.start, found.end)))


@assigns("is_aggregate", requires=("own_date", "own_numbers", "event_type_code"))
def sum_up(mention: Mention, context: WalkContext) -> None:
    """Whether it sums many events."""
    parsed = mention.parsed
    code, lexicon = mention.event_type_code, context.lexicon
    rule = aggregate_rule(
        mention.match,
        mention.own_date,
        parsed.text,
        is_lead=parsed.index == 0,
        is_lasting=code in lexicon.types_with("lasting"),
        is_deed=code in lexicon.takes_casualties - lexicon.types_with("of_nature"),
    )
    if (
        rule is None
        and code not in lexicon.types_with("of_nature")
        and are_of_war(mention.own_numbers, context.story.quantities)
    ):
        rule = "aggregate.of_a_war"
    mention.set("is_aggregate", Reading(rule is not None, rule or "aggregate.single"))


@assigns(
    changes=("event_type_code", "status_code"),
    requires=("is_aggregate", "own_numbers", "own_date", "actors", "places"),
    drops=True,
)
def take_up_kind(mention: Mention, context: WalkContext) -> None:
    """The kind of deaths is that of what brought them about; "the attack" is what was told before."""
    story, match = context.story, mention.match
    if not match.trigger.is_outcome or mention.is_aggregate:
        kind = kind_meant(mention, story)
        is_no_reading = is_deadly(mention) and kind in context.lexicon.types_with("not_deadly")
        if kind is not None and not is_no_reading:
            mention.set("event_type_code", Reading(kind, "type.meant_before", match.span))
        return
    hurt = [n for n in mention.own_numbers if n.kind_code != "missing"]
    bare = match.trigger.is_bare and not match.outcomes and not hurt
    if bare and kind_before(mention.parsed.index, story) is None:
        mention.drop("relevance.nobody_caused", match.span)  # "the leader died in 1989": nobody is said to have killed
        return
    elsewhere = bool(mention.places) and not is_of_known(match, story)
    kind = kind_of_outcome(mention, mention.own_numbers, elsewhere, story)
    if kind is not None:
        mention.set("event_type_code", Reading(kind, "type.of_what_caused_it", match.span))
    elif match.trigger.is_aftermath:
        mention.drop("relevance.nobody_caused", match.span)  # "forty were admitted to hospital", and nothing was told
        return
    if mention.status_code == "denied" and mention.trace.rule_of("status_code") in _NOBODY_HURT:
        if kind is None:
            mention.drop("relevance.nobody_hurt", match.span)  # "there were no casualties", and nothing else is told
        else:
            mention.set("status_code", Reading("occurred", "status.nobody_hurt", match.span))


@assigns("casualties_unknown", changes=("status_code",), requires=("event_type_code",))
def note_unknown_toll(mention: Mention, context: WalkContext) -> None:
    """Whether the text says that the number is not known; that denies no event."""
    takes = mention.event_type_code in context.lexicon.takes_casualties
    unknown = takes and context.unknown.in_text(mention.parsed.text)
    mention.set("casualties_unknown", Reading(unknown, "count.unknown" if unknown else "count.not_unknown"))
    if unknown and mention.status_code == "denied":
        mention.set("status_code", Reading("occurred", "status.toll_unknown"))


@assigns("weapon_code")
def read_weapon(mention: Mention, context: WalkContext) -> None:
    """With what: by the trigger, by what it brought about, else by a weapon in its phrase."""
    match = mention.match
    weapon, rule = match.weapon_code, "weapon.of_trigger"
    if not weapon:
        weapon, rule = next((o.weapon_code for o in match.outcomes if o.weapon_code), None), "weapon.of_outcome"
    if not weapon and match.event_type_code in context.lexicon.takes_casualties:
        rows = (context.lexicon.weapon(token) for token in match.token.subtree)
        weapon, rule = next((row.weapon_code for row in rows if row is not None), None), "weapon.in_phrase"
    mention.set("weapon_code", Reading(weapon or None, rule if weapon else "weapon.none"))


@assigns("targets", requires=("event_type_code",))
def read_targets(mention: Mention, context: WalkContext) -> None:
    """What it hit, where that is a thing or a site."""
    found = targets_of(mention.match, mention.event_type_code, context.lexicon)
    rule, span = (found[0].rule_id, (found[0].start, found[0].end)) if found else ("target.none", None)
    mention.set("targets", Reading(found, rule, span))


@assigns(changes=("recipients",), requires=("targets", "actors"))
def suffer_as_target(mention: Mention, context: WalkContext) -> None:
    """What was struck is what it was done to, beside those who were hurt there: "killed 12 people in a market"."""
    blasts = mention.event_type_code in context.lexicon.types_with("blasts")
    struck = [t for t in mention.targets if t.rule_id == "target.struck" or (blasts and t.rule_id == "target.within")]
    taken = [*mention.actors, *mention.recipients]
    new = tuple(
        Party(t.text, t.start, t.end, None)
        for t in struck
        if not any(p.start < t.end and t.start < p.end for p in taken)
    )
    if new:
        mention.set("recipients", Reading((*mention.recipients, *new), "party.target", (new[0].start, new[0].end)))


@assigns("date", "date_anchor_text", requires=("own_date", "status_code", "event_type_code"))
def carry_date(mention: Mention, context: WalkContext) -> None:
    """The words that date it: its own, else the story's; and what "the next day" counts from."""
    mention.set("date", date_words(mention, context.story, context.scene.items.day(mention.parsed.index)))
    own = mention.own_date
    anchor = own.origin if own is not None and own.origin else anchor_text(mention.date, context.story)
    mention.set("date_anchor_text", Reading(anchor, "date.anchor"))


@assigns("numbers", requires=("own_numbers", "casualties_unknown", "places", "event_type_code"))
def add_up_counts(mention: Mention, context: WalkContext) -> None:
    """The counts, offsets in the document, with those before that they add to.

    Where a number is not known, those alone that stand before the words that say so ("two Marines and an undetermined
    number of gunmen were killed").
    """
    known = len(mention.parsed.text)
    if mention.casualties_unknown:
        known = context.unknown.begins(mention.parsed.text) or 0
    start = mention.parsed.sentence.start
    own = tuple(_shifted(number, start) for number in mention.own_numbers if number.end <= known)
    if mention.casualties_unknown and not all(_is_told(number, context) for number in own):
        own = ()
    if mention.casualties_unknown and not own:
        mention.set("numbers", Reading((), "count.unknown"))
        return
    numbers = added_up(mention, own, context.story)
    rule = numbers[0].rule_id if numbers else "count.none"
    mention.set("numbers", Reading(numbers, rule))


def _is_told(number: Count, context: WalkContext) -> bool:
    found = context.story.quantities.find(number.text)
    return bool(found) and found[0].text.lower() not in ("a", "an")


def _shifted(number: Count, by: int) -> Count:
    return replace(number, start=number.start + by, end=number.end + by)


@assigns(changes=("places",), requires=("event_type_code", "numbers"))
def inherit_place(mention: Mention, context: WalkContext) -> None:
    """Where no place, or no more than a country, is told: what the story gives."""
    if mention.event_type_code in context.lexicon.is_elsewhere:
        return
    scene = context.scene
    inherited = scene.here(mention)
    is_of_head = bool(mention.places) and scene.items.names_in_head(mention.places[0], mention.parsed.index)
    if inherited is None and (is_of_head or scene.is_weak(mention.places)):
        inherited = scene.inherited(mention, context.story)
    if inherited is not None:
        mention.set("places", Reading((inherited,), f"place.{inherited.rule_id}"))
    elif mention.places and (inside := _in_item(mention, scene)) != mention.places:
        mention.set("places", Reading(inside, "place.in_item"))


def _in_item(mention: Mention, scene: Scene) -> tuple[PlaceText, ...]:
    """A mention's places, in the place that opens the item of a list which they are told in."""
    return tuple(scene.items.inside(place, mention.parsed.index) for place in mention.places)


WALK = chain(
    given=(
        "event_type_code",
        "status_code",
        "tense_code",
        "own_date",
        "own_numbers",
        "places",
        "is_hedged",
    ),
    passes=(
        take_up_plan,
        find_speaker,
        count_days_from_story,
        take_up_counts,
        name_parties,
        sum_up,
        take_up_kind,
        hear_judge,
        judge_relevance,
        note_unknown_toll,
        read_weapon,
        read_targets,
        suffer_as_target,
        carry_date,
        add_up_counts,
        inherit_place,
    ),
)
"""What the document adds to a mention, in this order."""


def at_each_place(mention: Mention, scene: Scene) -> list[Mention]:
    """A mention for each of its places, in their order; one without a place where it has none."""
    found = []
    places: tuple[PlaceText | None, ...] = mention.places or (None,)
    around = scene.around(mention.parsed.index)
    for ordinal, place in enumerate(places):
        at = mention.copied() if ordinal else mention
        inside = () if place is None else (place.text, *place.parents)
        at.set("place", Reading(place, f"place.{place.rule_id}" if place else "place.none"))
        at.set("place_context", Reading(tuple(name for name in around if name not in inside), "place.around"))
        found.append(at)
    return found
