"""Files and sentences that are right but for a few places: what is drawn, and how it is made.

In come what was right and the changes that were drawn, out comes what is wrong in those places; the same changes make
the same of the same.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from hypothesis import strategies as st

MOST_CHANGES = 6
_PLACES = 10_000
_MOST_TAKEN = 60

BYTES = (
    b"", b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe9", b"\n", b"\r\n\r\n", b"\r", b" " * 40, b"\t", b",,,",
    b";", b'"', b"'", b"\\", b"<", b">", b"</", b"<!--", b"<![CDATA[", b"&", b"&#xD800;", b"&#0;", b"{", b"}", b"[",
    b"]", b"[[[[", b":", b"null", b"NaN", b"\\ud800", b"\\u0000", b"-1", b"0", b"1e999", b"9" * 400, b"%", b"/", b"=",
    b"=?utf-8?b?\xff?=", b"2024-13-45", b"0000-00-00", b"99999-01-01", b"31 February 2024", b"http://[x", b"../" * 9,
    b"Content-Length: -5\r\n", b"Content-Type: text/html; charset=utf-7\r\n", b"charset=idna", b"--x", b"\x1b[2J",
)  # fmt: skip
"""What is put into files: the signs that their formats are made of, and what stands for nothing."""

WORDS = (
    "", "<", "|", "@", "\\", "`", "*", "#", "( )", '"', "“", "”", "'s", "’s", "-", "--", " — ", "...", ";", ":", ",",
    "/", "\n", "\n\n", "\n* ", "\n1. ", "\t", "\u00a0", "\u200b", "\u2028", "\u202e", "\0", "\u0301", "😀", "0",
    "-5", "½", "1/2", "5-5-5", "1,000,000", "9" * 30, "\u0665", "twenty-one", "no", "not", "and", "or", "of", "in",
    "by", "who", "they", "the two", "killed", "wounded", "attacked", "said", "said:", "according to", "denied", "Mr.",
    "Gen.", "U.S.", "al-", "Goma", "GAO,", "Kabul in Mali", "Boko Haram", "police", "the army's", "on Friday",
    "31 February", "1 May 0000", "two days ago", "in the year 99999", "99/99/9999", "25:61", "since", "between", "from",
    "http://[x", "@a_b", "==", "RT @desk:", "GOMA, Congo (AP) --", "Photo:", "Read also:", "© AP",
    "[TEXT]", "(1)", "1)", "Q:",
)  # fmt: skip
"""What is put into sentences: signs where a name is expected, words that change what others mean, odd numbers and
days, and what furniture begins with."""

Change = tuple[str, int, int, int]

CHANGES: st.SearchStrategy[list[Change]] = st.lists(
    st.tuples(
        st.sampled_from(("put", "put", "cut", "twice", "end", "swap", "turn")),
        st.integers(0, _PLACES),
        st.integers(1, _MOST_TAKEN),
        st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=MOST_CHANGES,
)
"""Changes: what is done, where (of 10,000), to how much, and which piece is put there."""


def changed_bytes(content: bytes, changes: Sequence[Change]) -> bytes:
    """A file with these changes."""
    for what, place, size, piece in changes:
        at = place * len(content) // _PLACES
        before, taken, after = content[:at], content[at : at + size], content[at + size :]
        match what:
            case "put":
                content = before + BYTES[piece % len(BYTES)] + taken + after
            case "cut":
                content = before + after
            case "twice":
                content = before + taken * (piece % 40) + after
            case "end":
                content = content[: len(content) - size]
            case "swap":
                content = before + after[:size] + taken + after[size:]
            case "turn":
                content = before + bytes(byte ^ (1 << piece % 8) for byte in taken[:1]) + taken[1:] + after
    return content


def changed_archive(content: bytes, changes: Sequence[Change]) -> bytes:
    """A zip archive whose files have these changes, each its own; the archive itself is whole."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(packed, "w") as archive:
        members = whole.infolist()
        for number, member in enumerate(members):
            own = [change for change in changes if change[3] % len(members) == number]
            archive.writestr(member.filename, changed_bytes(whole.read(member), own))
    return packed.getvalue()


def changed_text(text: str, changes: Sequence[Change]) -> str:
    """A text with these changes, word by word."""
    words = re.findall(r"\s*\S+", text)
    for what, place, size, piece in changes:
        at, size = place * len(words) // _PLACES, 1 + size % 4
        before, taken, after = words[:at], words[at : at + size], words[at + size :]
        match what:
            case "put":
                glue = "" if piece % 3 == 0 else " "
                words = [*before, glue + WORDS[piece % len(WORDS)], *taken, *after]
            case "cut":
                words = before + after
            case "twice":
                words = before + taken * (1 + piece % 9) + after
            case "end":
                words = words[: len(words) - size]
            case "swap":
                words = before + after[:size] + taken + after[size:]
            case "turn":
                turns = (str.upper, str.lower, str.title, str.strip, lambda word: word[::-1], lambda word: word * 3)
                words = [*before, *map(turns[piece % len(turns)], taken), *after]
    return "".join(words)
