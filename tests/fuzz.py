"""Inputs that are wrong in drawn places, for as long as is asked: what fails is told with the smallest input that does.

    python tests/fuzz.py sentences|files [--minutes N] [--seed N]

`sentences` are those of the gold, put together, cleaned, coded and resolved; `files` are a whole one of each format and
archive, read and cleaned, each in its turn. What is tried of each is a test of `test_mutated.py`, which tries a few of
them in the suite. Out come a line for each failure and one with what was tried; exit 0 where nothing failed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import test_mutated
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from mutations import CHANGES, Change

# drawn with one seed, before the next has its turn
_DRAWN = 100
_LATEST_SHRINK = (Phase.generate, Phase.shrink)
Try = Callable[[list[Change]], int]


def main() -> int:
    """Try until the time is over; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("sentences", "files"))
    parser.add_argument("--minutes", type=float, default=30.0, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="what is drawn depends on it alone")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rounds = _sentences() if args.what == "sentences" else _files(Path(scratch))
        tried, failures = Counter[str](), set[str]()
        end, turn = time.monotonic() + 60 * args.minutes, args.seed
        while time.monotonic() < end:
            for name, drawn in rounds.items():
                failure = _tried(partial(drawn, tried), turn) if time.monotonic() < end else None
                if failure is not None and failure not in failures:
                    failures.add(failure)
                    print(f"FAILED {name}, seed {turn}: {failure}", flush=True)
            turn += 1
    print(f"{sum(tried.values())} {args.what} in {args.minutes:g} minutes, {len(failures)} failures")
    print("  " + ", ".join(f"{name} {count}" for name, count in sorted(tried.items())))
    return 1 if failures else 0


def _tried(drawn: Callable[[int], None], turn: int) -> str | None:
    """What the smallest failing input of a turn raises; None where all went well."""
    try:
        drawn(turn)
    except Exception as error:  # noqa: BLE001 - whatever an input raises is what is looked for
        notes = " ".join(getattr(error, "__notes__", ()))
        return f"{type(error).__name__}: {error} {notes}"
    return None


def _patient(test: Callable[..., None], turn: int) -> Callable[..., None]:
    calm = settings(
        max_examples=_DRAWN,
        deadline=None,
        database=None,
        phases=_LATEST_SHRINK,
        suppress_health_check=list(HealthCheck),
    )
    return seed(turn)(calm(test))


def _sentences() -> dict[str, Callable[[Counter[str], int], None]]:
    from flows import resources
    from tasks.extract import Extractor
    from tasks.language.model_choice import model_name
    from tasks.resolve import Resolver
    from tasks.vocabularies import load

    words, gazetteer = resources.load_vocabularies(), resources.open_gazetteer()
    vocabularies = [load(name) for name in test_mutated.VOCABULARIES]
    judging = Extractor(words, gazetteer, model_name(), resources.open_judge())
    resolver = Resolver(words, gazetteer)

    def drawn(tried: Counter[str], turn: int) -> None:
        @given(told=test_mutated.SENTENCES, join=test_mutated.JOINS, is_page=st.booleans())
        def one(told: list, join: str, is_page: bool) -> None:
            tried["sentences"] += len(told)
            test_mutated.code(told, join, is_page, vocabularies, judging, resolver)

        _patient(one, turn)()

    return {"sentences": drawn}


def _files(folder: Path) -> dict[str, Callable[[Counter[str], int], None]]:
    from tasks.vocabularies import load

    vocabularies = [load(name) for name in test_mutated.VOCABULARIES]

    def drawn(name: str, whole: bytes, tried: Counter[str], turn: int) -> None:
        @given(changes=CHANGES)
        def one(changes: list[Change]) -> None:
            tried[name] += 1
            changed = test_mutated.changed(whole, changes)
            assert test_mutated.failures(name, changed, folder, vocabularies) == []

        _patient(one, turn)()

    wholes = {name: test_mutated.whole(name, folder) for name in test_mutated.FILES}
    wholes |= {name: pack() for name, pack in test_mutated.PACKED.items()}
    return {name: partial(drawn, name, content) for name, content in wholes.items()}


if __name__ == "__main__":
    sys.exit(main())
