"""Decides which place of a name the text means.

In come the words that place an event, the places that its sentence puts it in, others that the document names, and
the source's country; out goes one place with its columns, its precision and the rule that chose it. Refused are places
outside the countries that the text names, and any precision finer than the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from tasks.knowledge.places.countries import Countries
from tasks.knowledge.places.gazetteer import Gazetteer, Place
from tasks.knowledge.places.offsets import Offset, moved, read_between, read_offset
from tasks.resolve.place_naming import COARSE, PlaceNaming
from tasks.resolve.place_scope import PlaceReading, Scope, holder_of, inside_of
from tasks.resolve.place_settings import PlaceSettings
from tasks.resolve.place_words import CAPITAL_OF, ITS_CAPITAL, PlaceWords, PlaceWordsReader

# kilometres from a town within which the district is believed to be the town's
NEAR_KM = 25


class PlaceReader:
    """Reads place words against the gazetteer. Reading is a function of its arguments alone."""

    def __init__(self, gazetteer: Gazetteer, countries: Countries) -> None:
        self.gazetteer = gazetteer
        self.countries = countries
        self.words = PlaceWordsReader(gazetteer, countries)
        self.settings = PlaceSettings(gazetteer, countries, self.words)
        self.naming = PlaceNaming(gazetteer, self.words, self.settings)
        self._read = lru_cache(maxsize=20_000)(self._read_words)

    def read(
        self, text: str, parents: Sequence[str] = (), context: Sequence[str] = (), country_hint: str | None = None
    ) -> PlaceReading:
        """The place that `text` means.

        `parents`: places that the sentence puts it in, narrowest first; `context`: other places of the document,
        nearest first; `country_hint`: alpha-3, weighs least. A name that no place of the parents bears is no place of
        the gazetteer's, keeps its words as its label, and lies in the narrowest parent, at its precision; without
        parents, in the country of most places of the context.
        """
        pair = read_between(text)
        if pair is not None:
            return self._between(pair, tuple(parents), tuple(context), country_hint)
        offset = read_offset(text)
        origin = offset.origin if offset else text
        reading = self._read(origin, tuple(parents), tuple(context), country_hint)
        return self._moved(reading, offset) if offset else reading

    def _between(
        self, pair: tuple[str, str], parents: tuple[str, ...], context: tuple[str, ...], hint: str | None
    ) -> PlaceReading:
        """The point half-way, and the narrowest place known to hold it: the parent, else what holds both ends."""
        around = (*parents, *context)
        ends = [self._read(name, (), (other, *around), hint) for name, other in (pair, pair[::-1])]
        points = [(end.latitude, end.longitude) for end in ends if end.latitude is not None]
        scope = self.settings.scope(parents, context, hint)
        held = self.settings.container(scope)[0] if scope.country else None
        both = holder_of(self.gazetteer, *ends)
        places = [place for place in (held, both) if place is not None]
        place = min(places, key=lambda place: COARSE.index(place.geo_precision_code), default=None)
        if place is None or len(points) < 2:
            known = next((end for end in ends if end.place is not None), ends[0])
            return replace(known, rule_id=f"{known.rule_id}:near")
        reading = self._reading(place, place.geo_precision_code, "between")
        (south, west), (north, east) = points
        middle = round((south + north) / 2, 4), round((west + east) / 2, 4)  # type: ignore[operator]
        return replace(reading, latitude=middle[0], longitude=middle[1])

    def _moved(self, reading: PlaceReading, offset: Offset) -> PlaceReading:
        """The point so far from the place; which district or province that is, no words say."""
        if reading.place is None or reading.latitude is None or reading.longitude is None:
            return reading
        if reading.geo_precision_code not in ("point", "settlement", "admin2"):
            return reading
        latitude, longitude = moved(reading.latitude, reading.longitude, offset)
        is_near = offset.kilometres <= NEAR_KM
        return replace(
            reading,
            latitude=latitude,
            longitude=longitude,
            geo_precision_code="admin2" if is_near else "admin1",
            admin2_name=reading.admin2_name if is_near else None,
            admin2_code=reading.admin2_code if is_near else None,
            rule_id=f"offset:{reading.rule_id}:near",
        )

    def country(self, code: str, rule_id: str) -> PlaceReading:
        """A country as the reading of words that are no place's name."""
        return self._reading(self.gazetteer.place(f"country:{code}"), "country", rule_id)

    def country_of(self, text: str) -> str | None:
        """The country that a place's words name or lie in, where the words alone leave no doubt: alpha-3."""
        return self.settings.country_of(text)

    def candidates(self, text: str) -> list[Place]:
        """The places that bear the name of a place's words, the widest known first."""
        offset = read_offset(text)
        name = self.words.read(offset.origin if offset else text).name
        return list(self.gazetteer.lookup(name)) if name else []

    def _read_words(
        self, text: str, parents: tuple[str, ...], context: tuple[str, ...], country_hint: str | None
    ) -> PlaceReading:
        words = self.words.read(text)
        parents = tuple(self.settings.antecedent(parent, context) for parent in (*words.tail, *parents))
        scope = self.settings.scope(parents, context, country_hint)
        capital = CAPITAL_OF.match(words.name) or ITS_CAPITAL.match(words.name)
        if capital:
            found = self._capital(capital.groupdict(), parents, context, scope)
        elif words.kinds and not words.name:
            found = self._nearest(words.kinds, parents, context, scope)
        else:
            found = self.naming.named(words, scope)
            if found[0] is None and scope.country:
                found = self.naming.in_namesake(words, parents) or found
        place, precision, rule = found
        if place is None:
            return self._unplaced(words, scope, rule)
        return self._reading(place, precision, ":".join((rule, *words.marks)))

    def _unplaced(self, words: PlaceWords, scope: Scope, rule: str) -> PlaceReading:
        """What words lie in that mean no place of the gazetteer, and no finer than that; a name is a place of its own
        there, called as it was told ("Zumabe in Beni territory")."""
        is_named = any(part[:1].isupper() for part in words.name.split()[-1:])
        if scope.country is None:
            reading = PlaceReading(None, "unknown", rule, words.name if is_named else None, country_code=scope.home)
            return self.settings.in_main_province(reading, scope) if is_named else reading
        place, held_by = self.settings.container(scope)
        reading = self._reading(place, place.geo_precision_code, f"{rule}:{held_by}")
        named = replace(reading, place=None, place_label=words.name)
        return self.settings.in_main_province(named, scope) if is_named and not scope.town else reading

    # -- words without a name

    def _capital(
        self, asked: dict[str, str | None], parents: tuple[str, ...], context: tuple[str, ...], scope: Scope
    ) -> tuple[Place | None, str, str]:
        holder: Place | None = None
        if asked["name"]:
            words = self.words.read(asked["name"])
            code = self.words.country_named(words.name, scope.country)
            if code:
                holder = self.gazetteer.place(f"country:{code}")
            else:
                kinds = words.kinds or ("admin1", "country", "admin2")
                found = self.gazetteer.lookup(words.name, kinds)
                inside, _ = inside_of(found, scope)
                holder = next(iter(inside or ([] if scope.country else found)), None)
        elif (asked.get("of") or "").casefold() in ("provincial", "regional", "state", "district"):
            kind = "admin2" if (asked.get("of") or "").casefold() == "district" else "admin1"
            holder, _, _ = self._nearest((kind,), parents, context, scope)
        elif scope.home and not parents:
            holder = self.gazetteer.place(f"country:{scope.home}")
        elif not parents and (named := self.settings.capital_in(context)) is not None:
            return named, "settlement", "capital"
        else:
            holder, _, _ = self._nearest(("admin1", "country") if parents else ("country",), parents, context, scope)
        capital = self.gazetteer.capital(holder) if holder else None
        if capital is None:
            return None, "unknown", "capital_of_nothing_named"
        return capital, "settlement", "capital"

    def _nearest(
        self, kinds: tuple[str, ...], parents: tuple[str, ...], context: tuple[str, ...], scope: Scope
    ) -> tuple[Place | None, str, str]:
        """The nearest place of a kind that the sentence, else the document, names: "the district"."""
        for rule, texts in (("of_parent", parents), ("of_context", context)):
            for text in texts:
                code = self.words.country_named(text, scope.country)
                if code is not None:
                    if "country" in kinds:
                        return self.gazetteer.place(f"country:{code}"), "country", f"nearest_of_kind:{rule}"
                    continue
                words = self.words.read(text)
                if not words.name or (words.kinds and not set(words.kinds) & set(kinds)):
                    continue
                found = self.gazetteer.lookup(words.name, kinds)
                # a name says nothing of which place of that name it is
                others = tuple(other for other in context if other != text)
                inside, _ = inside_of(found, self.settings.scope(parents, others, scope.hint))
                place = next(iter(inside or ([] if scope.country or scope.countries else found)), None)
                if place is not None and (rule == "of_parent" or self._can_be_meant(place, words, scope)):
                    return place, place.geo_precision_code, f"nearest_of_kind:{rule}"
        if "country" in kinds and (scope.country or scope.hint):
            code = scope.country or scope.hint
            return self.gazetteer.place(f"country:{code}"), "country", "nearest_of_kind:of_parent"
        if "admin1" in kinds and scope.admin1:
            return self.gazetteer.place(f"admin1:{scope.admin1}"), "admin1", "nearest_of_kind:of_parent"
        return None, "unknown", "kind_without_name"

    def _can_be_meant(self, place: Place, words: PlaceWords, scope: Scope) -> bool:
        """Whether a place of the document can be "the town" or "the province": it lies at home, and a bare name that
        reads as a province (Hiiraan) is no town."""
        is_town = place.kind_code == "settlement" and not words.kinds
        reads_as = self.naming.named(words, scope)[1] if is_town else None
        return not scope.home or (place.country_code == scope.home and reads_as not in ("admin1", "country"))

    # -- what goes out

    def _reading(self, place: Place, precision: str, rule: str) -> PlaceReading:
        latitude, longitude = place.latitude, place.longitude
        if latitude is None and place.admin1_code:
            # a district without a point of its own lies on the map where its province does, and says so
            province = self.gazetteer.place(f"admin1:{place.admin1_code}")
            latitude, longitude = province.latitude, province.longitude
            precision = max(precision, "admin1", key=COARSE.index)
        return PlaceReading(
            place,
            precision,
            rule,
            place.label,
            latitude,
            longitude,
            place.country_code,
            place.admin1_name,
            place.admin1_code,
            place.admin2_name,
            place.admin2_code,
        )
