"""What stands in a web page and is not to be read: footnote marks and deletions.

In comes a page's tree, which goes out without them. Nothing is refused.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_MARK = re.compile(r"\s*(?:[\[(]?\d{1,3}[\])]?|\[[a-z]\]|[*†‡§]+)\s*")
# "km" and its kin before a raised 2 or 3 are no footnote's
_UNIT = re.compile(r"(?:^|[\d\s])[kcmd]?m$")


def drop_marks(tree: HtmlElement) -> None:
    """Take out footnote marks, which would become part of a number or a word, and what is struck out."""
    for node in list(tree.iter("sup", "del", "strike", "s")):
        if node.tag != "sup" or (_MARK.fullmatch("".join(node.itertext())) and not _UNIT.search(_before(node))):
            node.drop_tree()


def _before(node: HtmlElement) -> str:
    previous, parent = node.getprevious(), node.getparent()
    told = previous.tail if previous is not None else parent.text if parent is not None else None
    return (told or "")[-4:]
