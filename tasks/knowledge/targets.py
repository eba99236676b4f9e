"""Which of the things and sites that deeds hit are civilian by themselves.

In comes `seeds/target_types.csv`, out come answers about target codes. Nothing is refused: a code without a row
is none.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from tasks import vocabularies


@cache
def _civilian() -> frozenset[str]:
    rows = vocabularies.load("target_types")
    return frozenset(rows.loc[rows["is_civilian"].astype(bool), "code"])


def are_civilian(codes: Collection[str]) -> bool:
    """Whether targets are told and none of them serves those who fight or rule."""
    return bool(codes) and set(codes) <= _civilian()
