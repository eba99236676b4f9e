"""The part of the grammar that reads times of day: tokens in, the next place and whether a clock was named out.

"at 5:30 a.m. local time (2130 GMT Saturday)" is one time of day, whatever day it names for readers elsewhere. Bare
numbers are refused unless a zone, a colon, "a.m." or an "at" makes them times.
"""

from __future__ import annotations

from tasks.language.dates.words import CLOSING, Tokens, Words


class ClockGrammar:
    """Rules for times of day."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def time(self, t: Tokens, i: int) -> tuple[int, bool] | None:
        """The place after a time of day at i and whether it is one of the clock (else "the early hours", "morning")."""
        w = self.words
        low = t.low
        j = i
        if low[j] == "the":
            j += 1
        early = low[j] in ("early", "late", "small", "predawn", "wee", "mid")
        if early:
            j += 1
            j += low[j] == "-"
        if low[j] in ("hours", "hour") and (early or low[j + 1] == "of"):
            if not early:
                return None
            k = t.sequence(j + 1, ("of", "the"))
            if k is not None and low[k] in w.parts_of_day:
                return k + 1, False
            return j + 1, False
        if low[j] in w.parts_of_day:
            if t.joined(j) and low[j + 1] == "-":
                return None
            if early or low[i - 1] == "at" or (low[i] == "the" and low[i - 1] in ("in", "during")):
                return j + 1, False
            if low[j + 1] == "of" and low[i] == "the" and low[i - 1] in ("on", "in", "during", "since", "by", "from"):
                return j + 1, False
            return None
        if early and low[i] != "mid":
            return None
        if low[j] in w.clock_words:
            before = low[i - 1] in (
                "at",
                "before",
                "around",
                "since",
                "until",
                "by",
                "after",
                "about",
                "towards",
                "from",
            )
            after = low[j + 1] in ("on", "of") or low[j + 1] in w.weekdays or low[j + 1] in w.day_words
            return (self._zone(t, j + 1), True) if before or after else None
        return self._clock(t, i)

    def _clock(self, t: Tokens, i: int) -> tuple[int, bool] | None:
        low = t.low
        if not low[i].isdecimal() or len(low[i]) > 4:
            return None
        j = i + 1
        hour = int(low[i])
        has_minutes = False
        if len(low[i]) == 4:
            if hour > 2400 or hour % 100 > 59:
                return None
        elif hour > 24:
            return None
        elif low[j] in (":", ".") and t.joined(i) and t.joined(j) and len(low[j + 1]) == 2 and low[j + 1].isdecimal():
            if int(low[j + 1]) > 59:
                return None
            has_minutes = low[j] == ":"
            j += 2
            if low[j] == ":" and t.joined(j) and low[j + 1].isdecimal():
                j += 2
        k = j + (low[j] in ("-", "–"))
        if low[k] in ("am", "pm") and len(low[i]) < 4:
            return self._zone(t, k + 1), True
        if low[k] in ("a", "p") and low[k + 1] == "." and low[k + 2] == "m" and t.joined(k + 1):
            closes = low[k + 3] == "." and t.joined(k + 2)
            return self._zone(t, k + 3 + closes), True
        if low[j] == "o" and low[j + 1] in ("'", "’") and low[j + 2] == "clock":
            return self._zone(t, j + 3), True
        zone = self._zone(t, j)
        if zone > j and (has_minutes or len(low[i]) == 4 or low[j] not in ("hours", "hrs")):
            return (zone, True) if has_minutes or len(low[i]) == 4 or low[j] in ("gmt", "utc") else None
        if (
            len(low[i]) == 4
            and low[i - 1] == "at"
            and (low[j] in CLOSING or low[j] in ("[", "on", "today", "yesterday"))
        ):
            return j, True
        if has_minutes and low[i - 1] in ("at", "around", "about", "by", "until", "from", "before", "after"):
            return j, True
        return None

    def _zone(self, t: Tokens, j: int) -> int:
        low = t.low
        for _ in range(2):
            if low[j] == "local" and low[j + 1] == "time":
                j += 2
            elif low[j] in self.words.zones and low[j] != "local":
                j += 1
        if low[j] in ("(", "["):  # "(2130 GMT Saturday)": the same instant told for readers elsewhere
            for k in range(j + 1, min(j + 8, t.count)):
                if low[k] in (")", "]"):
                    has_zone = any(word in self.words.zones for word in low[j + 1 : k])
                    return k + 1 if has_zone and low[j + 1].isdecimal() else j
        return j
