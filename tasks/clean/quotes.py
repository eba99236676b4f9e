"""Posts and messages that a report gives whole: which of its paragraphs they are, by whom, and of which day.

In come a report's paragraphs, out come the lines that say who wrote ("— Awa D. (@awa_d) August 17, 2023", "Forwarded
from ...", the head of a mail) and the paragraphs that are his. Nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tasks.clean.bodies import Paragraph
from tasks.clean.boilerplate import pattern
from tasks.clean.datelines import DAY
from tasks.clean.marks import Mark

_HANDLE = r"\(@[\w.@-]{1,60}\)"
# "— Awa D. (@awa_d) August 17, 2023", behind the post or at the end of its line
_SIGNATURE = re.compile(rf"[—–-]{{1,2}}\s*(?P<author>[^—–\n]{{1,80}}?{_HANDLE})(?P<day>\s*(?:[·,]?\s*.{{0,40}})?)$")
# "— Awa Diallo, 17 August 2023"
_NAME_AND_DAY = rf"(?P<author>[A-Z][^\n,]{{1,60}}),\s+(?P<day>{DAY})\.?$"
_NAMED_SIGNATURE = re.compile(rf"[—–-]{{1,2}}\s*{_NAME_AND_DAY}")
# the same without a dash, where a page says that the words are quoted
_CITED = re.compile(rf"[—–-]*\s*{_NAME_AND_DAY}")
# "From: Awa Diallo <awa@ngo.example>" and what else heads a mail
_MAIL_LINE = re.compile(r"(?:From|Sent|Date|To|Cc|Subject|Reply-To)\s*:\s*\S.*", re.DOTALL)
_FROM = re.compile(
    r"(?:^|\n|\s)From\s*:\s*(?P<author>[^<\n\[]{2,60}?)\s*(?:[<\[\n]|$|(?=(?:Sent|Date|To|Subject)\s*:))"
)
_SENT = re.compile(r"(?:^|\s)(?:Sent|Date)\s*:\s*(?P<day>[^\n]{4,60})")
_MARKED = ">"
_OPENS, _CLOSES = '“"', '”"'
# code points of who wrote it at the end of a line
_LONGEST_SIGNATURE = 240
# paragraphs of a quotation at most whose end is lost
_LONGEST = 12


@dataclass
class Quotes:
    """`marks`: what says who wrote, by its paragraph; `quoted`: whose words a paragraph is, by its number."""

    marks: dict[int, Mark] = field(default_factory=dict)
    quoted: dict[int, Mark] = field(default_factory=dict)


def quotes(paragraphs: Sequence[Paragraph]) -> Quotes:
    """The posts and messages among paragraphs."""
    found = Quotes()
    _signed(paragraphs, found)
    _mails(paragraphs, found)
    _headed(paragraphs, found)
    _chat(paragraphs, found)
    return found


def _signed(paragraphs: Sequence[Paragraph], found: Quotes) -> None:
    """Posts with who wrote them behind: the paragraph before, or all of its quotation where the page marks it."""
    for index, paragraph in enumerate(paragraphs):
        text = paragraph.text
        alone = _SIGNATURE.match(text) or _NAMED_SIGNATURE.match(text) or pattern("signature").fullmatch(text)
        if alone is None and index and paragraph.is_quoted and paragraphs[index - 1].is_quoted:
            alone = _CITED.match(text)
        glued = None if alone else _SIGNATURE.search(text, max(0, len(text) - _LONGEST_SIGNATURE))
        if alone is None and glued is None:
            continue
        author = _author(alone or glued)
        mark = Mark("attribution", len(text), text, author)
        if glued is not None:
            found.quoted[index] = replace(mark, behind=glued.start())
            continue
        found.marks[index] = mark
        for at in range(_first_above(paragraphs, index - 1), index):
            if not paragraphs[at].is_heading and at not in found.marks:
                found.quoted[at] = mark


def _first_above(paragraphs: Sequence[Paragraph], last: int) -> int:
    """The first paragraph of a quotation that ends with one: by the page's marks, or its own."""
    first, text = last, paragraphs[last].text if last >= 0 else ""
    if text and paragraphs[last].is_quoted:
        while first and paragraphs[first - 1].is_quoted:
            first -= 1
    elif text.endswith(tuple(_CLOSES)) and text[0] not in _OPENS:
        above = range(last - 1, max(-1, last - _LONGEST), -1)
        first = next((at for at in above if paragraphs[at].text[:1] in tuple(_OPENS)), last)
    return max(first, 0)


def _author(found: re.Match[str] | None) -> str | None:
    """Whom a pattern names: its group `author`, else the first group that took part."""
    if found is None:
        return None
    told = found.groupdict().get("author") or next(filter(None, found.groups()), None)
    return told.strip(" ,·") if told else None


def _mails(paragraphs: Sequence[Paragraph], found: Quotes) -> None:
    """Mails that were passed on, each from its head to the next or to the end."""
    at, mail = 0, None
    while at < len(paragraphs):
        end = at
        while end < len(paragraphs) and _MAIL_LINE.fullmatch(paragraphs[end].text):
            end += 1
        head = "\n".join(p.text for p in paragraphs[at:end])
        if end > at and (author := _FROM.search(head)) and (sent := _SENT.search(head)):
            mail = Mark("attribution", 0, sent["day"], author["author"].strip())
            for index in range(at, end):
                found.marks[index] = Mark("attribution", len(paragraphs[index].text), mail.day_text, mail.author)
        elif mail is not None and at not in found.marks:
            found.quoted.setdefault(at, mail)
            end = at + 1
        at = max(end, at + 1)


def _headed(paragraphs: Sequence[Paragraph], found: Quotes) -> None:
    """Posts with who wrote them in the line above, and the lines of a mail under "... wrote:"."""
    for index, paragraph in enumerate(paragraphs[:-1]):
        head = pattern("attribution").fullmatch(paragraph.text)
        if head is None or index in found.marks or index in found.quoted:
            continue
        mark = Mark("attribution", len(paragraph.text), paragraph.text, _author(head))
        found.marks[index] = mark
        for at in _below(paragraphs, index + 1):
            if at not in found.marks:
                found.quoted[at] = mark


def _below(paragraphs: Sequence[Paragraph], first: int) -> range:
    """The paragraphs of a quotation that begins with one: as far as its marks go."""
    text, end = paragraphs[first].text, first + 1
    if text.startswith(_MARKED):
        while end < len(paragraphs) and paragraphs[end].text.startswith(_MARKED):
            end += 1
    elif text[0] in _OPENS and not text.rstrip(".").endswith(tuple(_CLOSES)):
        last = min(len(paragraphs), first + _LONGEST)
        closing = next((i for i in range(end, last) if paragraphs[i].text.endswith(tuple(_CLOSES))), first)
        end = closing + 1
    return range(first, end)


def _chat(paragraphs: Sequence[Paragraph], found: Quotes) -> None:
    """Messages with who wrote them in the same line; of a chat what follows in lines of its own is still his."""
    heads = {i: head for i, p in enumerate(paragraphs) if (head := pattern("message_head").match(p.text)) is not None}
    for index, head in heads.items():
        if head.end() < len(paragraphs[index].text) and index not in found.marks:
            mark = Mark("attribution", head.end(), head.group(), _author(head))
            found.marks[index] = found.quoted[index] = mark
