"""How far an event is borne out, and by whom.

In come the mentions of one event with the reports that hold them; out comes one of disputed, confirmed, claimed,
unverified, reported, the first whose rule holds, or None for what has not happened. A near-copy is the voice of its
original, all unknown publishers are one voice.
"""

from __future__ import annotations

from collections.abc import Sequence

from tasks.knowledge import actor_types, event_types
from tasks.link.reports import Reports
from tasks.link.rows import HAPPENED, Register, Row


def is_denial(mention: Row) -> bool:
    """The mention says that it did not happen. An event of the type denial is a deed like any other."""
    denies = mention["stance_code"] == "denies" and mention["event_type_code"] not in event_types.types_with("denial")
    return bool(mention["status_code"] == "denied" or denies)


def is_anonymous(mention: Row) -> bool:
    """Somebody says so who is neither named nor known to the register: a witness, sources."""
    speaker = mention["speaker_text"]
    if not speaker or mention["speaker_actor_id"]:
        return False
    words = speaker.split()
    if mention["sentence_text"].lstrip(" \"'“‘(").startswith(words[0]) or words[0] in ("A", "An", "The"):
        # the capital of a sentence's first word names nobody, unless it is all there is and no plural: "Rahmani said"
        if len(words) == 1:
            return words[0].endswith("s") or not words[0][0].isupper()
        words = words[1:]
    return not any(word[0].isupper() for word in words)


def sides_of(mentions: Sequence[Row], role: str, actors: Register) -> set[str]:
    """Sides of the parties known by id in one role."""
    ids = {party["actor_id"] for mention in mentions for party in mention[role] if party["actor_id"]}
    return {actors.side(actor_id) or actor_id for actor_id in ids}


def certainty(
    mentions: Sequence[Row], reports: Reports, actors: Register, status: str, country: str | None
) -> str | None:
    """Code of `seeds/codes.csv` list certainty, or None unless `status` is occurred or ongoing.

    disputed: asserted and denied. confirmed: each side says so, or two independent publishers tell it on more than
    hearsay, not both on the word of a party alone. claimed: all that is not hearsay is the word of one side.
    unverified: hearsay only, that is, hedged or anonymous. reported: the rest.
    """
    if status not in HAPPENED:
        return None
    asserting = [mention for mention in mentions if not is_denial(mention)]
    if asserting and len(asserting) < len(mentions):
        return "disputed"
    solid = [mention for mention in asserting if not mention["is_hedged"] and not is_anonymous(mention)]
    doers, others = sides_of(mentions, "actors", actors), sides_of(mentions, "recipients", actors)
    voices = [_side(mention, actors) for mention in solid]

    def is_partys(voice: str | None) -> bool:
        return voice is not None and (voice in doers | others or _is_opponent(asserting, voice, doers, actors, country))

    publishers = {reports[mention["document_id"]].publisher for mention in solid}
    # where all only pass on the word of a party, nobody vouches for it
    is_vouched = any(not is_partys(voice) for voice in voices)
    has_two_publishers = len(publishers) > 1 and is_vouched
    if has_two_publishers or _both_sides(set(voices) - {None}, solid, doers, others, actors, country):
        return "confirmed"
    heard = voices if solid else [_side(mention, actors) for mention in asserting]
    if heard and len(set(heard)) == 1 and is_partys(heard[0]):
        return "claimed"
    return "reported" if solid else "unverified"


def _side(mention: Row, actors: Register) -> str | None:
    speaker = mention["speaker_actor_id"]
    return (actors.side(speaker) or speaker) if speaker else None


def _both_sides(
    voices: set[str | None],
    mentions: Sequence[Row],
    doers: set[str],
    others: set[str],
    actors: Register,
    country: str | None,
) -> bool:
    """One who did it says so, and one of those to whom it was done."""
    if len(voices) < 2:
        return False
    if len(doers) > 1 and not others:
        # "clashes between A and B": the parties stand side by side
        return len(voices & doers) > 1
    if not voices & doers:
        return False
    if others - doers:
        return bool(voices & (others - doers))
    # "the Taliban took the district": from whom is not said, but who fights or rules there is a party
    return any(_is_opponent(mentions, voice, doers, actors, country) for voice in voices - doers)


def _is_opponent(
    mentions: Sequence[Row], voice: str | None, doers: set[str], actors: Register, country: str | None
) -> bool:
    """The voice is of those who fight or rule in the event's country, and another side is known to have done it."""
    if not doers or voice in doers:
        return False
    warring = actor_types.with_trait("warring")
    for mention in mentions:
        speaker = mention["speaker_actor_id"]
        if speaker and _side(mention, actors) == voice:
            row = actors.actor(speaker)
            home = row and row.get("country_code")
            if row and row.get("actor_type_code") in warring and (home is None or country is None or home == country):
                return True
    return False
