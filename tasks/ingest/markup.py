"""Text of pieces of HTML that stand inside other formats: an item of a feed, a part of a mail.

In comes markup, out comes text: blocks parted by blank lines, cells of a row by tabs. Whole pages are left to clean,
which knows an article from what stands around it. Nothing is refused.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml import html as lxml_html

_UNSEEN = frozenset(("script", "style", "head", "template", "noscript", "title"))
_CELLS = frozenset(("td", "th"))
_BLOCKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header "
    "hr li main nav ol p pre section table tr ul docfull".split()
)
_SPACES = re.compile(r"\s+")
_AROUND_BREAKS = re.compile(r"[ \t]*\n[ \t]*")
_MANY_BREAKS = re.compile(r"\n{3,}")
_LOOKS_MARKED = re.compile(r"</?[A-Za-z][^<>]*>|&(?:[a-z]+|#\d+);")


def is_markup(text: str) -> bool:
    """Whether a text holds tags or entities."""
    return _LOOKS_MARKED.search(text) is not None


def text_of(markup: str) -> str:
    """What of a piece of HTML is seen, as text."""
    # a declared encoding is for bytes, not for text that is decoded already
    markup = re.sub(r"^\s*<\?xml[^>]*\?>", "", markup)
    try:
        tree = lxml_html.fromstring(f"<div>{markup}</div>", parser=lxml_html.HTMLParser(huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    kept: list[str] = []
    unseen = 0
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            unseen += tag in _UNSEEN
            kept.append("" if unseen else _before(tag) + _flat(node.text, tag))
            continue
        if event == "end":
            kept.append("" if unseen else _behind(tag))
            unseen -= tag in _UNSEEN
        if not unseen and node.tail and node is not tree:
            parent = node.getparent()
            kept.append(_flat(node.tail, parent.tag if parent is not None else ""))
    return _MANY_BREAKS.sub("\n\n", _AROUND_BREAKS.sub("\n", "".join(kept))).strip()


def _before(tag: str) -> str:
    return "\n" if tag == "br" else "\n\n" if tag in _BLOCKS else ""


def _behind(tag: str) -> str:
    return "\t" if tag in _CELLS else "\n\n" if tag in _BLOCKS else ""


def _flat(text: str | None, tag: object) -> str:
    """The text of an element: line ends in it are spaces, but where it is set as typed."""
    return (text or "") if tag == "pre" else _SPACES.sub(" ", text or "")
