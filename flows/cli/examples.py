"""Examples at the end of a command's help.

In come lines as they are typed; out comes a text. Nothing is refused.
"""

from __future__ import annotations


def examples(*lines: str) -> str:
    """The lines under a heading, for argparse's epilog."""
    return "\n".join(["examples:", *(f"  {line}" for line in lines)])
