"""Captions, which tell what a picture shows, often one of last year: "FILE - Soldiers ...", "... in Aden. (Photo: AP)".

In come a report's paragraphs as they were found and the agencies, out come the same with captions marked. A caption
stays in the text and tells no event. Nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.clean.agencies import Agencies
from tasks.clean.bodies import Paragraph
from tasks.clean.boilerplate import pattern

_LONGEST = 600
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*$")
_NEXT_SENTENCE = re.compile(r"(?<![.\s][A-Z])(?<!\b[A-Z][a-z]{2})[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]*[^\W\d_a-z])")
# a whole sentence, and no credit
_FOLLOWS = re.compile(r"[^(\[©][^()\[\]]{20,}?[.!?]")
# characters of a paragraph that is running text, and how many of such there are for each agency's name behind a
# sentence: in a bulletin of short reports each ends with the agency that it is of
_LEAST_RUNNING = 40
_PARAGRAPHS_EACH = 3


def captioned(paragraphs: Sequence[Paragraph], agencies: Agencies) -> list[Paragraph]:
    """The paragraphs, with captions marked.

    An agency's name alone behind a sentence credits a picture where the report goes on, and the report where it ends.
    """
    running = [i for i, p in enumerate(paragraphs) if len(p.text) >= _LEAST_RUNNING and _ENDS.search(p.text)]
    credited = [i for i, p in enumerate(paragraphs) if _is_one_credited(p.text, agencies)]
    is_few = len(credited) * _PARAGRAPHS_EACH <= len({*running, *credited})
    weak = {i for i in credited if is_few and running and i < running[-1]}
    return [replace(p, is_caption=p.is_caption or i in weak or _is_caption(p.text)) for i, p in enumerate(paragraphs)]


def picture_end(caption: str) -> int:
    """Where the sentence ends that says what a picture shows, if sentences of the news follow; else 0.

    Agencies write captions so: "FILE - Troops patrol Goma in 2012. Rebels killed ten people there on Monday. (AP)".
    """
    ends = [found for found in _NEXT_SENTENCE.finditer(caption) if found.start() >= _LEAST_RUNNING]
    if not ends or not _FOLLOWS.match(caption, ends[0].end()):
        return 0
    return ends[0].end()


def _is_one_credited(text: str, agencies: Agencies) -> bool:
    """Whether it is one sentence with an agency's name behind."""
    end = agencies.credit_start(text) if len(text) <= _LONGEST else 0
    return end > 0 and _NEXT_SENTENCE.search(text, 0, end) is None


def _is_caption(text: str) -> bool:
    """Whether its own words say that it stands under a picture."""
    if len(text) > _LONGEST:
        return False
    return pattern("caption").fullmatch(text) is not None or pattern("picture_credit").search(text) is not None
