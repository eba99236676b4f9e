"""What lasts as long as a block is left alone by Python's collector, and no longer."""

from __future__ import annotations

import gc

from flows import heap


def test_the_collector_is_as_it_was_behind_the_block() -> None:
    before = gc.get_threshold()
    with heap.lasting():
        assert gc.get_freeze_count()
        made = [[number] for number in range(10)]
        kept = gc.get_freeze_count()
        heap.keep()
        assert gc.get_freeze_count() >= kept + len(made)
    assert not gc.get_freeze_count()
    assert gc.get_threshold() == before
