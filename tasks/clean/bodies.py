"""Turn the bytes of one raw document into paragraphs of text, each marked as a heading or not.

In come bytes and what they are (text, HTML, Markdown, a JSON record), out come paragraphs and what the bytes declare
of themselves. Bytes that no encoding reads are refused.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from itertools import pairwise

import ftfy
import trafilatura
from charset_normalizer import from_bytes
from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement
from trafilatura.settings import Document

from tasks.clean import front_matter, pages
from tasks.clean.page_dates import PageDates, page_dates

# ftfy only for text that was decoded wrongly: its other habits would change what the source says
_MOJIBAKE = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=True,
    remove_control_chars=False,
    normalization=None,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufff9-\uffff]")
_SPACES = re.compile(r"[^\S\n]+")
_ENDS_SENTENCE = re.compile(r"[.!?:][\"”]?$")
# a word that is cut at the end of a line
_ENDS_CUT = re.compile(r"[a-z]-$")
_FEWEST_CUT = 2
# a hyphen at the end of a line that is a word's own: "a two-\nday siege", "the rebel-\nheld town"; the prefixes may as
# well begin a word that is cut ("co-\nlumn"), and count where nothing else around is cut
_OWN_HYPHEN = re.compile(
    r"(?:\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half)-\n"
    r"|-\n(?:day|week|month|year|hour|minute|mile|metre|old|based|led|held|backed|controlled|run|style|like|wide|scale"
    r"|range|general|elect|level|affiliated|linked|aligned|owned|born|speaking|term|time|made|known)\b)",
    re.IGNORECASE,
)
_PREFIXED = re.compile(
    r"\b(?:anti|pro|non|semi|self|ex|pre|post|mid|multi|cross|counter|vice|co|sub|ultra|well|long|short|high|low|full"
    r"|first|second|third|so|then)-\n",
    re.IGNORECASE,
)
# "==Background==", which encyclopedias and their copies keep, often without the line breaks around it
_WIKI_HEADING = re.compile(r"(={2,5})[^=\n]{1,80}\1(?!=)")
# characters of a line at which texts are wrapped, in columns of papers too
_LEAST_CUT = 25
_LEAST_WRAPPED = 50
_MOST_WRAPPED = 140
_WRAP_SPREAD = 30
# times of a page among which the one is looked for that opens a paragraph: some stand outside of the article
_TIMES_AHEAD = 50
# lines that end inside a sentence and are full, and their share among all that do, from which a text is wrapped
_FEWEST_FULL = 3
_SHARE_FULL = 0.8


class UndecodableError(ValueError):
    """The bytes are text in no encoding that can be told."""


class TooDeepError(ValueError):
    """The elements of a page are nested deeper than it can be read."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a report; `is_heading` where its markup says so; `start`: its place in a plain text.

    `is_joined`: no line break parts it from the one before; `is_caption`: it stands under a picture; `is_quoted`: its
    markup says that it is somebody else's words; `day_text`: the day that its markup gives to the time that opens it.
    """

    text: str
    is_heading: bool = False
    start: int = 0
    is_joined: bool = False
    is_caption: bool = False
    is_quoted: bool = False
    day_text: str | None = None


@dataclass(frozen=True)
class Body:
    """A report's paragraphs, what its markup declares (title, author, published, publisher, url), a page's dates."""

    paragraphs: list[Paragraph]
    declared: dict[str, str] = field(default_factory=dict)
    dates: PageDates = field(default_factory=PageDates)


def body_of(content: bytes, media_code: str) -> Body:
    """The paragraphs of a raw document. Raises UndecodableError or TooDeepError."""
    if media_code == "record":
        return Body(_plain(tidy(json.loads(content.decode("utf-8-sig"))["text"])))
    text = tidy(decode(content))
    if media_code == "html":
        return _html(text)
    if media_code == "markdown":
        declared, text = front_matter.parted(text)
        return Body(_markdown(text), declared)
    return Body(_plain(text))


def decode(content: bytes) -> str:
    """Bytes as text: UTF-8 and its kin by their marks, else the likeliest encoding."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(content).best()
    if best is None:
        raise UndecodableError("the bytes are text in no known encoding")
    return str(best)


def tidy(text: str) -> str:
    """Text without mojibake, control characters and odd line ends, in Unicode's composed form."""
    text = ftfy.fix_encoding(text, config=_MOJIBAKE) if not text.isascii() else text
    text = unicodedata.normalize("NFC", text.replace("\r\n", " \n").replace("\r", "\n").replace("\x85", "\n"))
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\f", "\n").replace("\v", "\n")
    return _CONTROLS.sub("", text.replace("\t", " "))


def _plain(text: str) -> list[Paragraph]:
    """Paragraphs of plain text: blank lines part them; lines part them too, unless they are wrapped by width."""
    blocks = [_lines(match) for match in re.finditer(r"[^\n]+(?:\n(?![^\S\n]*\n)[^\n]+)*", text)]
    blocks = [block for block in blocks if block]
    width = _wrap_width(blocks)
    paragraphs = []
    for block in blocks:
        is_wrapped = _is_wrapped([line.text for line in block])
        gathered = block[:1]
        for before, line in pairwise(block):
            if is_wrapped or (width and _is_full(before.text, line.text, width)):
                gathered.append(line)
            else:
                paragraphs.append(_joined(gathered))
                gathered = [line]
        paragraphs.append(_joined(gathered))
    return [part for paragraph in paragraphs for part in _with_wiki_headings(paragraph)]


def _with_wiki_headings(paragraph: Paragraph) -> list[Paragraph]:
    """A paragraph parted at the headings of wiki markup in it: "... his window.==The bombing==The gang planted"."""
    text, begin = paragraph.text, 0
    parts: list[tuple[int, int, bool]] = []
    for heading in _WIKI_HEADING.finditer(text):
        parts += [(begin, heading.start(), False), (*heading.span(), True)]
        begin = heading.end()
    parts = [(start, end, is_heading) for start, end, is_heading in [*parts, (begin, len(text), False)] if end > start]
    return [
        replace(
            paragraph, text=text[start:end], start=paragraph.start + start, is_joined=start > 0, is_heading=is_heading
        )
        for start, end, is_heading in parts
    ]


def _lines(block: re.Match[str]) -> list[Paragraph]:
    """The lines of a block without white space around them and more than one space in them, blank ones left out."""
    found = []
    for line in re.finditer(r"[^\n]+", block.group()):
        text = line.group().lstrip()
        start = block.start() + line.end() - len(text)
        if text:
            found.append(Paragraph(_SPACES.sub(" ", text).rstrip(), start=start))
    return found


def _joined(lines: list[Paragraph]) -> Paragraph:
    """One paragraph of its lines; a word that is cut at the end of a line is one again."""
    has_cut_words = _has_cut_words(lines)
    parts = []
    for line, behind in pairwise(lines):
        around = f"{line.text}\n{behind.text}"
        has_own = _OWN_HYPHEN.search(around) or (not has_cut_words and _PREFIXED.search(around))
        ends_in_hyphen = _is_cut(line.text, behind.text)
        parts.append(f"{line.text} " if not ends_in_hyphen else line.text if has_own else line.text[:-1])
    return Paragraph("".join([*parts, lines[-1].text]), start=lines[0].start)


def _is_cut(line: str, behind: str) -> bool:
    return behind[0].islower() and _ENDS_CUT.search(line) is not None


def _has_cut_words(lines: list[Paragraph]) -> bool:
    """Whether so many lines end in hyphens that they cut words: of one alone see what stands around it."""
    return sum(_ENDS_CUT.search(line.text) is not None for line in lines[:-1]) >= _FEWEST_CUT


def _wrap_width(blocks: list[list[Paragraph]]) -> int | None:
    """The width at which the lines of a text are wrapped; None where they are not.

    A line that ends inside a sentence was broken there since the next word did not fit: of nearly all such lines this
    holds in a wrapped text, of few in lines that stand by themselves.
    """
    width = max((len(line.text) for block in blocks if len(block) > 1 for line in block), default=0)
    pairs = [(one.text, other.text) for block in blocks for one, other in pairwise(block)]
    inside = [pair for pair in pairs if not _ENDS_SENTENCE.search(pair[0])]
    full = sum(_is_full(*pair, width) for pair in inside)
    is_wrapped = _LEAST_WRAPPED <= width <= _MOST_WRAPPED and full >= _FEWEST_FULL and full >= _SHARE_FULL * len(inside)
    return width if is_wrapped else None


def _is_full(line: str, behind: str, width: int) -> bool:
    """Whether the first word of the line behind did not fit into a line any more."""
    return len(line) + 1 + len(behind.split(" ", 1)[0]) > width or _ENDS_CUT.search(line) is not None


def _is_wrapped(lines: list[str]) -> bool:
    """Lines broken by a typewriter's width: all but the last are long, about as long, and break inside sentences.

    Wires broke lines by hand, well before the next word no longer fitted, so that `_wrap_width` alone misses them.
    """
    if len(lines) < 2:
        return False
    goes_on = sum(behind[0].islower() for behind in lines[1:])
    if any(_is_cut(*pair) for pair in pairwise(lines)) and 2 * goes_on >= len(lines) - 1:
        return True  # a narrow column: "Gunmen kid-\nnapped two drivers\non the road"
    full = [len(line) for line in lines[:-1]]
    inside = sum(not _ENDS_SENTENCE.search(line) for line in lines[:-1])
    least = _LEAST_CUT if any(_ENDS_CUT.search(line) for line in lines) else _LEAST_WRAPPED
    even = min(full) >= least and max(full) - min(full) <= _WRAP_SPREAD and max(full) <= 110
    return even and len(lines[-1]) <= max(full) + 5 and (inside * 2 >= len(full))


def _markdown(text: str) -> list[Paragraph]:
    """Markdown without its marks; its headings stay headings, its list items paragraphs."""
    text = _without_fences(text)
    text = re.sub(r"(?m)^(.+)\n(?:=+|-{3,})[^\S\n]*$", r"# \1", text)
    paragraphs = []
    for block in re.split(r"\n[^\S\n]*\n", text):
        gathered: list[str] = []
        for line in block.split("\n"):
            heading = re.match(r"#{1,6}\s+(.*)$", line.strip())
            item = re.match(r"(?:[-*+]|\d+[.)])\s+(.*)$", line.strip())
            if (heading or item) and gathered:
                paragraphs.append(Paragraph(" ".join(gathered)))
                gathered = []
            if heading:
                paragraphs.append(Paragraph(_unmarked(heading.group(1).rstrip("#").rstrip()), is_heading=True))
            else:
                gathered.append(_unmarked(item.group(1) if item else line.strip().removeprefix(">").strip()))
        if any(gathered):
            paragraphs.append(Paragraph(" ".join(part for part in gathered if part)))
    return [p for p in paragraphs if p.text and not re.fullmatch(r"[-*_ ]{3,}", p.text)]


def _without_fences(text: str) -> str:
    """Markdown without its blocks of code; a fence that nothing closes is text."""
    closing: dict[str, list[re.Match[str]]] = {
        mark: list(re.finditer(rf"(?m)^{mark}\s*$", text)) for mark in ("```", "~~~")
    }
    kept, at = [], 0
    for opening in re.finditer(r"(?m)^(?:```|~~~)", text):
        ends = closing[opening.group()]
        found = bisect_left(ends, opening.end(), key=re.Match.start)
        if opening.start() >= at and found < len(ends):
            kept.append(text[at : opening.start()])
            at = ends[found].end()
    return "".join((*kept, text[at:]))


def _unmarked(line: str) -> str:
    line = _without_links(_without_links(line, "![", 0), "[", 1)
    line = re.sub(r"(\*\*|__)(.+?)\1", r"\2", line)
    line = _without_emphasis(line)
    return _SPACES.sub(" ", re.sub(r"`([^`]*)`", r"\1", line)).strip()


def _without_links(line: str, mark: str, shortest: int) -> str:
    """A line with the words of its links ("[words](address)") alone; of pictures ("![words](address)") nothing is left.

    `shortest` is how many letters the words have at least.
    """
    kept, at, close = [], 0, -1
    opening = line.find(mark)
    while opening >= 0:
        words = opening + len(mark)
        close = close if close >= words else line.find("]", words)
        end = line.find(")", close + 2) if line.startswith("](", close) and close >= words + shortest else -1
        if close < 0:
            break
        if end >= 0:
            kept.append(line[at:opening] + (line[words:close] if mark == "[" else ""))
            at = end + 1
        opening = line.find(mark, at if end >= 0 else opening + 1)
    return "".join((*kept, line[at:]))


def _without_emphasis(line: str) -> str:
    """A line without the stars and underscores around words: "*so*", not "2*3*4" or "a_name_so"."""
    closing = {mark: [m.start() for m in re.finditer(rf"{re.escape(mark)}(?!\w)", line)] for mark in "*_"}
    kept, at = [], 0
    for opening in re.finditer(r"(?<!\w)[*_]", line):
        ends = closing[opening.group()]
        found = bisect_left(ends, opening.start() + 2)
        if opening.start() >= at and found < len(ends):
            kept.append(line[at : opening.start()] + line[opening.end() : ends[found]])
            at = ends[found] + 1
    return "".join((*kept, line[at:]))


def _html(text: str) -> Body:
    """The article of a page by trafilatura; where it finds none, or elements are nested very deep, all visible text."""
    tree, is_whole = _tree(text)
    if tree is None:
        return Body([])
    dates = page_dates(tree)
    pages.drop_marks(tree)
    times = pages.times(tree)
    found = _article(tree) if is_whole else None
    if found is None or found.body is None or not (found.text or "").strip():
        return Body(_visible(text), dates=dates)
    headings = {_SPACES.sub(" ", "".join(h.itertext())).strip() for h in found.body.iter("head")}
    lines = (_SPACES.sub(" ", line).strip() for line in (found.text or "").split("\n"))
    quoted = {_SPACES.sub(" ", "".join(one.itertext())).strip() for q in found.body.iter("quote") for one in (q, *q)}
    paragraphs = [Paragraph(line, line in headings, is_quoted=line in quoted) for line in lines if line]
    paragraphs = _with_days(paragraphs, times)
    # the day that the library finds may be of an update, of another story or of the address
    declared = {"title": found.title, "author": found.author, "publisher": found.sitename, "url": found.url}
    return Body(paragraphs, {name: value for name, value in declared.items() if value}, dates)


def _with_days(paragraphs: list[Paragraph], times: list[tuple[str, str]]) -> list[Paragraph]:
    """The paragraphs that open with times whose markup gives a day, with that; both stand in the order of the page."""
    found, at = [], 0
    for paragraph in paragraphs:
        ahead = range(at, min(at + _TIMES_AHEAD, len(times)))
        number = next((i for i in ahead if paragraph.text.startswith(times[i][0])), None)
        found.append(paragraph if number is None else replace(paragraph, day_text=times[number][1]))
        at = at if number is None else number + 1
    return found


def _article(tree: HtmlElement) -> Document | None:
    try:
        found = trafilatura.bare_extraction(
            tree,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            deduplicate=False,
            favor_precision=False,
        )
    except Exception:  # noqa: BLE001 - it trips over pages that are one drawing or one frame; their text is to be had
        return None
    return found if isinstance(found, Document) else None


def _tree(text: str, is_deep: bool = False) -> tuple[HtmlElement | None, bool]:
    """The elements of a page, and whether they are all: by default 256 may be nested, of a deep page 2,048."""
    # a declared encoding in the page is for its bytes, not for text that is decoded already
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parser = lxml_html.HTMLParser(huge_tree=is_deep)
    try:
        tree = lxml_html.fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None, True
    # the parser passes over what lies deeper, and says so here alone
    return tree, all(entry.type != etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)


def _visible(text: str) -> list[Paragraph]:
    tree, is_whole = _tree(text, is_deep=True)
    if tree is None:
        return []
    if not is_whole:
        raise TooDeepError("the page's elements are nested more than 2,048 deep, and what lies deeper cannot be read")
    pages.drop_marks(tree)
    for node in tree.xpath("//script|//style|//nav|//footer|//noscript|//template"):
        node.drop_tree()
    blocks = re.split(r"\n+", "\n".join(tree.itertext()))
    return [Paragraph(line) for block in blocks if (line := _SPACES.sub(" ", block).strip())]
