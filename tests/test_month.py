"""A month unattended: overlapping runs, a kill a day, a full disk, a broken file; it ends as an undisturbed month."""

from __future__ import annotations

import datetime as dt
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CHECKOUT, content

DAYS = int(os.environ.get("SITREP_SOAK_DAYS", "30"))
FULL, BROKEN = DAYS // 3, DAYS // 2
# smaller than any file of a table, as a disk without room is
ROOM = 500
PLACES = ("Goma", "Bukavu", "Uvira", "Bunia", "Beni", "Butembo", "Kalemie", "Kindu", "Lubero", "Masisi")
DEEDS = (
    "Gunmen killed {} people in {} on {}, police said.",
    "Rebels attacked a village near {1} on {2} and wounded {0} soldiers.",
    "A bomb killed {} civilians at the market of {} on {}.",
    "Protesters marched in {1} on {2}; {0} were arrested.",
)


def news(day: int) -> dict[str, str]:
    """Reports of a day by file name: of that day, and one that tells a deed of the day before with another toll."""
    told = {}
    for number in range(3):
        of = day - (number == 2)
        when = dt.date(2024, 3, 1) + dt.timedelta(days=of)
        deed = DEEDS[(of + number) % len(DEEDS)].format(2 + of % 7 + number, PLACES[of % len(PLACES)], f"{when:%A}")
        dateline = f"KINSHASA, Democratic Republic of Congo ({when:%B} {when.day}, 2024) - "
        told[f"day{day:02}-{number}.txt"] = f"{dateline}{deed}\n"
    return told


def begun(inbox: Path, data: Path, before: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
    """A run as a schedule begins it, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "run", str(inbox), "--data", str(data)],
        cwd=CHECKOUT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=before,
    )


def without_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


@pytest.mark.soak
def test_a_month_of_faults_ends_as_an_undisturbed_month(plain_flows: object, server: None, tmp_path: Path) -> None:
    from flows.run import run

    inbox, data, undisturbed, dice = tmp_path / "inbox", tmp_path / "data", tmp_path / "undisturbed", random.Random(30)
    inbox.mkdir()
    killed = 0
    for day in range(DAYS):
        for name, text in news(day).items():
            (inbox / name).write_text(text)
        if day == BROKEN:
            (inbox / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
        first = begun(inbox, data, without_room if day == FULL else None)
        time.sleep(dice.uniform(0, 3))
        second = begun(inbox, data)
        if day == FULL:
            assert first.wait(300) == 1, "without room it fails, and says so"
        time.sleep(dice.uniform(0, 9))
        if first.poll() is None:
            killed += 1
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()
        assert second.wait(300) == 0, second.stderr and second.stderr.read()
        run([str(inbox)], data=str(undisturbed))
        assert content(data) == content(undisturbed), f"day {day}"
    assert killed > DAYS // 4
    cut = [len(list((folder / "releases").glob("v*"))) for folder in (data, undisturbed)]
    assert cut[0] == cut[1]
