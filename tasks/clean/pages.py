"""What stands in a web page and is not to be read: footnote marks and deletions; and what its times say beside words.

In comes a page's tree, which goes out without them. Nothing is refused.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml.html import HtmlElement

_MARK = re.compile(r"\s*(?:[\[(]?\d{1,3}[\])]?|\[[a-z]\]|[*†‡§]+)\s*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=T|\s|$)")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d\d.{0,20}")
_MOST_TIMES = 2_000
# "km" and its kin before a raised 2 or 3 are no footnote's
_UNIT = re.compile(r"(?:^|[\d\s])[kcmd]?m$")


def drop_marks(tree: HtmlElement) -> None:
    """Take out footnote marks, which would become part of a number or a word, and what is struck out."""
    for node in list(tree.iter("sup", "del", "strike", "s")):
        if node.tag != "sup" or (_MARK.fullmatch("".join(node.itertext())) and not _UNIT.search(_before(node))):
            node.drop_tree()


def times(tree: HtmlElement) -> list[tuple[str, str]]:
    """The times of day of a page's items with the days that their markup gives, in its order, each made a paragraph.

    What finds the article would leave them out, and with them where one item ends: a time alone is mostly a stamp.
    Example: `<time datetime="2024-05-03T10:42:00Z">10.42am</time>`.
    """
    found, nodes = [], []
    for node in list(islice(tree.iter("time"), _MOST_TIMES)):
        words = " ".join("".join(node.itertext()).split())
        day = _DAY.match(node.get("datetime") or "")
        if any(True for _ in node.iterancestors("p")):
            node.drop_tag()  # "on <time>Friday</time>" is words of the sentence
        elif day and _CLOCK.fullmatch(words):
            found.append((words, day.group()))
            nodes.append(node)
    for node in nodes if len(nodes) > 1 else ():
        node.tag = "p"
    return found


def _before(node: HtmlElement) -> str:
    previous, parent = node.getprevious(), node.getparent()
    told = previous.tail if previous is not None else parent.text if parent is not None else None
    return (told or "")[-4:]
