"""Events taken apart and put together as an analyst says.

In come clusters as linking made them and an analyst's corrections; out come the clusters after drops, splits and
merges, with what was done and what was refused. In which order the corrections stand never matters: what each expects
to find is looked for in the clusters as linking made them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.link import reasons
from tasks.link.corrections import OF_INCIDENTS, STALE, UNFIT, Correction, Reference, Refusal
from tasks.link.faults import fault
from tasks.link.reasons import Reason
from tasks.link.relinking import Cluster
from tasks.link.rows import Row


@dataclass
class Corrected:
    """Clusters after merges, splits and drops; corrections of columns by their cluster; what was done, by mention.

    `notes` say it of the mentions that a correction names, `made` holds the corrections that changed the event of a
    mention.
    """

    clusters: list[Cluster]
    sets: dict[Cluster, list[Correction]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    made: dict[str, list[Correction]] = field(default_factory=lambda: defaultdict(list))
    refused: list[Refusal] = field(default_factory=list)

    def note(self, correction: Correction, reason: Reason | None, touched: Iterable[str]) -> None:
        """Remember what was done to the mentions of a correction, and whose events it `touched`.

        None where there is no reason to give: its mentions are in no event, or stay in theirs.
        """
        if reason is not None:
            column = correction.column if reason is Reason.CORRECTED_SET else None
            note = reasons.corrected(reason, correction.id, correction.reason, column)
            for mention in correction.mentions:
                self.notes[mention].append(note)
        for mention in touched:
            self.made[mention].append(correction)

    def refuse(self, correction: Correction, reason_code: str, message: str) -> None:
        """Remember that a correction was not made, and why."""
        self.refused.append(Refusal(correction, reason_code, message))

    def of_incidents(self) -> list[Correction]:
        """The corrections that were made of incidents, for these to be linked by."""
        made = {correction for of_mention in self.made.values() for correction in of_mention}
        return sorted(correction for correction in made if correction.action in OF_INCIDENTS)

    def corrections_of(self, mentions: Iterable[str]) -> list[dict[str, Any]]:
        """The column `corrections` of the event of these mentions."""
        return [
            {
                "correction_id": correction.id,
                "action_code": correction.action,
                "column": correction.column,
                "before": correction.expected,
                "after": correction.value,
                "reason": correction.reason,
            }
            for correction in sorted({made for mention in mentions for made in self.made.get(mention, ())})
        ]


def regroup(
    clusters: Sequence[Cluster],
    corrections: Sequence[Correction],
    mentions: Mapping[str, Row],
    reference: Reference,
) -> Corrected:
    """Take out what is dropped, then what is split off, then put together what is merged; set columns aside.

    `mentions`: rows of `resolved_mentions` by id, those that corrections name. Merged mentions must lie apart in the
    clusters as linking made them, split ones in one event with others.
    """
    home = {mention: cluster for cluster in clusters for mention in cluster}
    corrected = Corrected([])
    sound = _sound(corrections, home, mentions, reference, corrected)
    touched = {home[mention] for of_action in sound.values() for one in of_action for mention in one.mentions}
    groups = _Groups(sorted(touched))
    for correction in sound["drop"]:
        groups.drop(correction.mentions)
        corrected.note(correction, None, {other for mention in correction.mentions for other in home[mention]})
    for correction in sound["split"]:
        groups.split(correction.mentions)
        corrected.note(correction, Reason.CORRECTED_SPLIT, home[correction.mentions[0]])
    for correction in sound["merge"]:
        groups.merge(correction.mentions)
        corrected.note(correction, Reason.CORRECTED_MERGE, correction.mentions)
    for correction in (one for action in OF_INCIDENTS for one in sound[action]):
        corrected.note(correction, None, correction.mentions)
    corrected.clusters = sorted([*(cluster for cluster in clusters if cluster not in touched), *groups.clusters()])
    for correction in sound["set"]:
        found = groups.clusters_with(correction.mentions)
        if len(found) > 1:
            corrected.refuse(correction, STALE, "its mentions lie in several events")
        else:
            corrected.sets.setdefault(found.pop(), []).append(correction)
    return corrected


def _sound(
    corrections: Sequence[Correction],
    home: Mapping[str, Cluster],
    mentions: Mapping[str, Row],
    reference: Reference,
    corrected: Corrected,
) -> dict[str, list[Correction]]:
    """The corrections that can be made, by action; the others are refused in `corrected`."""
    dropped = {mention: one.id for one in corrections if one.action == "drop" for mention in one.mentions}
    sound: dict[str, list[Correction]] = defaultdict(list)
    for correction in corrections:
        found = fault(correction, home, mentions, reference)
        gone = [dropped[mention] for mention in correction.mentions if mention in dropped]
        if found is None and gone and correction.action != "drop":
            found = UNFIT, f"correction {gone[0]} drops a mention of it"
        if found:
            corrected.refuse(correction, *found)
        else:
            sound[correction.action].append(correction)
    return sound


class _Groups:
    """Clusters that mentions are taken out of and put into."""

    def __init__(self, clusters: Sequence[Cluster]) -> None:
        self._groups = {number: set(cluster) for number, cluster in enumerate(clusters)}
        self._next = len(self._groups)
        self._at = {mention: number for number, group in self._groups.items() for mention in group}

    def drop(self, mentions: Iterable[str]) -> None:
        """These are in no group any more; those that are in none already stay so."""
        for mention in mentions:
            if mention in self._at:
                self._groups[self._at.pop(mention)].discard(mention)

    def split(self, mentions: Iterable[str]) -> None:
        """These are a group of their own."""
        for mention in mentions:
            self._groups[self._at[mention]].discard(mention)
            self._at[mention] = self._next
        self._groups[self._next] = set(mentions)
        self._next += 1

    def merge(self, mentions: Iterable[str]) -> None:
        """The groups of these are one."""
        first, *others = sorted({self._at[mention] for mention in mentions})
        for number in others:
            for mention in self._groups.pop(number):
                self._at[mention] = first
                self._groups[first].add(mention)

    def clusters(self) -> list[Cluster]:
        """The groups that are not empty."""
        return [tuple(sorted(group)) for group in self._groups.values() if group]

    def clusters_with(self, mentions: Iterable[str]) -> set[Cluster]:
        """The groups of these mentions."""
        return {tuple(sorted(self._groups[self._at[mention]])) for mention in mentions}
