"""Tell in which language a text is, and only where that can be trusted.

In come a text and the language that its record or source declares, out comes a code of ISO 639-1 (of ISO 639-3 for a
language that has none there), or None: unknown. Nothing is refused.

A declared language holds. Else the detector (py3langid) decides, which is often wrong on short English texts, on lists
of names and on capitals. "English" is believed at once, since an unknown language is taken for English all the same.
Another language is believed where the words that are not capitalised, which leaves most names out, speak for it by
LEAST_LEAD and by LEAST_LEAD_A_CHARACTER over English, and where few words are English alone: a text in two languages is
in neither. All else is unknown: a headline, a line of names, a text of numbers.
"""

from __future__ import annotations

import re

import py3langid

# Measured on 2,395 reports in English and on their 9,476 sentences, as they are and in capitals: where the detector
# takes one for another language, that leads by at most 40 nats (a dateline's names in capitals), and in no text of more
# than 60 characters by more than 0.7 a character. News items of one or two sentences in 15 languages lead by 165 or
# more, and by 1.6 a character; headlines of 40 characters by 15 to 180.
LEAST_LEAD = 60.0
"""Nats of log likelihood by which another language must lead over English."""
LEAST_LEAD_A_CHARACTER = 1.25
"""The same for each character that is looked at: half English, half French leads by 1.2 at most."""
MOST_ENGLISH_WORDS = 2
MOST_ENGLISH_SHARE = 0.04
"""Of all words: English news has 0.08 to 0.25 of the words below, texts in other languages 0 to 0.02."""

_CHARACTERS = 2_000
_MOSTLY_CAPITALS = 0.6
_NO_LANGUAGE = "zxx"
_WORD = re.compile(r"[^\W\d_]+")
# function words that are in no other language's list of stop words (those of spaCy 3.8, 70 languages)
_ENGLISH_ALONE = frozenset(
    "the and from with that this these those which who whose were been would not its she they them his their but than "
    "after before during between when where while what there could should about against".split()
)
# https://www.loc.gov/standards/iso639-2/php/code_list.php, the codes of two letters
_ISO_639_1 = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka "
    "kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng "
    "nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su "
    "sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)


def language_of(declared: str | None, text: str) -> str | None:
    """The language of a text: as declared, else as it reads, else None.

    Example: declared "fr-CD" and "FR" are "fr"; "French" and "xx" are no codes and count as not declared.
    """
    code = (declared or "").strip().lower().replace("_", "-").split("-")[0]
    if code in _ISO_639_1:
        return code
    # capitals mislead a guess that counts letter sequences
    found: str = py3langid.classify(text[:_CHARACTERS].lower())[0]
    return found if found == "en" or _is_trusted(found, text) else None


def _is_trusted(found: str, text: str) -> bool:
    """Whether a text that was taken for another language than English is not English."""
    words = _WORD.findall(text.lower())
    english = sum(word in _ENGLISH_ALONE for word in words)
    if found == _NO_LANGUAGE or (english > MOST_ENGLISH_WORDS and english > MOST_ENGLISH_SHARE * len(words)):
        return False
    running = _without_names(text[:_CHARACTERS])
    likely: dict[str, float] = dict(py3langid.rank(running))
    lead = max(likely.values()) - likely["en"]
    return lead >= max(LEAST_LEAD, LEAST_LEAD_A_CHARACTER * len(running))


def _without_names(text: str) -> str:
    """The words that do not begin with a capital; all of them, in small letters, where nearly all is capitals."""
    cased = [c for c in text if c.lower() != c.upper()]
    if sum(c.isupper() for c in cased) > _MOSTLY_CAPITALS * len(cased):
        return text.lower()
    return " ".join(word for word in text.split() if not next(filter(str.isalpha, word), "x").isupper())
