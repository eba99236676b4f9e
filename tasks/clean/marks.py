"""What stands beside the words of a report and says of them when they were told, or by whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """Words at the head of a paragraph up to `end`, or all of it: the kind of segment that they are, the day that they
    tell, as written, and whose words follow or went before; `behind`: where they begin at its end, if there."""

    kind_code: str
    end: int
    day_text: str | None = None
    author: str | None = None
    behind: int | None = None
