r"""Rich text (RTF): its text; the title and author are those that its head declares.

Example: {\rtf1\ansi{\info{\title Two held}}Police held two men.\par}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from tasks.ingest.format import Format, Record, guarded, written

_INFO = re.compile(r"\{\\info\b.{0,4000}", re.DOTALL)
_LETTER = re.compile(r"\\u(-?\d+)")
_DIGITS = len("65535")
_TOLD = re.compile(r"\{\\(title|author) ([^{}]{1,1000})\}")


def _begins(head: bytes) -> bool:
    return head.startswith(b"{\\rtf")


def _records(path: Path) -> Iterator[Record]:
    # other letters than ASCII are escaped; where a writer left some, they are Windows'
    content = path.read_bytes().decode("cp1252", errors="replace")
    info = _INFO.search(content)
    told = dict(_TOLD.findall(info.group())) if info else {}
    told = {name: _plain(f"{{\\rtf1 {value}}}").strip() for name, value in told.items()}
    # a paragraph's end is a line's end there, and lines are set by who reads it
    text = re.sub(r"\n+", "\n\n", _plain(content))
    yield written(None, told | {"text": text.strip()})


def _plain(content: str) -> str:
    text = str(rtf_to_text(_LETTER.sub(_checked, content), errors="replace"))  # type: ignore[no-untyped-call]
    # letters beyond the first 65,536 are written as two halves
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _checked(letter: re.Match[str]) -> str:
    """The code of a letter as it stands, a question mark for one that no letter has."""
    digits = letter.group(1).lstrip("-")
    return letter.group() if len(digits) <= _DIGITS and int(digits) < 2**16 else "?"


FORMAT = Format((".rtf",), guarded("rich text", _records), begins=_begins, max_bytes=20 * 2**20)
