"""What is said of an exception, on the command line and as the end of a flow run: what happened and what to do.

In comes any exception; out comes a text of one line. Nothing is refused.
"""

from __future__ import annotations

import errno
import traceback
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_OURS = ("flows", "tasks")
_MOST_CHARACTERS = 2_000
_DEBUG = "add --debug to see where, and report it if your files are well"
_OF_FILES = {
    errno.EACCES: "let this user read and write there",
    errno.EPERM: "let this user read and write there",
    errno.EROFS: "let this user read and write there",
    errno.ENOSPC: "make room there and run it again: nothing is lost",
    errno.EDQUOT: "make room there and run it again: nothing is lost",
    errno.EMFILE: "raise the number of open files that the system allows (ulimit -n)",
    errno.ENOENT: "check the path",
    errno.ENOTDIR: "check the path",
    errno.EISDIR: "check the path",
}


def failure_line(error: BaseException) -> str:
    """One line for a person: our own errors as they are, others with their kind, their place and what to do."""
    told = _one_line(_text(error))
    if isinstance(error, MemoryError):
        return f"out of memory{f' ({told})' if told else ''}; give it more, or fewer and shorter texts at a time"
    if _is_ours(error) and told:
        return told
    if isinstance(error, OSError) and error.strerror:
        files = " and ".join(_one_line(str(name)) for name in (error.filename, error.filename2) if name is not None)
        what = f"{files}: {error.strerror}" if files else f"{error.strerror}{_place(error)}"
        return f"{what}; {_OF_FILES.get(error.errno or 0, _DEBUG)}"
    return f"unexpected {type(error).__name__}{f': {told}' if told else ''}{_place(error)}; {_DEBUG}"


def _text(error: BaseException) -> str:
    """An error's message; a KeyError's own text is the key in quotes."""
    if isinstance(error, LookupError) and error.args and _is_ours(error):
        return str(error.args[0])
    return str(error)


def _is_ours(error: BaseException) -> bool:
    """Whether the error was written for a person: it is of a class of this project, or a plain LookupError."""
    return type(error).__module__.split(".")[0] in _OURS or type(error) is LookupError


def _place(error: BaseException) -> str:
    """The last step of the error's way that is in this project's code."""
    steps = traceback.extract_tb(error.__traceback__)
    # a wheel's root is the folder of all packages
    ours = [step for step in steps if any(Path(step.filename).is_relative_to(_ROOT / name) for name in _OURS)]
    return f" ({Path(ours[-1].filename).relative_to(_ROOT)}, line {ours[-1].lineno})" if ours else ""


def _one_line(text: str) -> str:
    """A text without line ends, cut where it is very long; who prints it makes the rest of its controls visible."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST_CHARACTERS else f"{line[:_MOST_CHARACTERS]}..."
