"""What lasts as long as a block is left alone by Python's collector, and no longer."""

from __future__ import annotations

import gc

from flows import heap


def test_the_collector_is_as_it_was_behind_the_block() -> None:
    before = gc.get_threshold()
    with heap.lasting():
        assert gc.get_freeze_count()
        made = [["kept"]]
        assert _is_looked_through(made)
        heap.keep()
        assert not _is_looked_through(made)
    assert _is_looked_through(made)
    assert not gc.get_freeze_count()
    assert gc.get_threshold() == before


def _is_looked_through(thing: object) -> bool:
    return any(one is thing for one in gc.get_objects())
