"""A data folder and inputs on object storage: tried against a local server of S3, among machines, and killed."""

from __future__ import annotations

import shutil
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import DEMO

from flows import watch as watching
from flows.cli import main
from flows.run import run
from flows.watch import watch
from tasks.storage import lease, mirror
from tasks.storage.lock import WriterBusyError
from tasks.storage.mirror import Mirror, OvertakenError
from tasks.storage.objects import Objects, ObjectsError
from tasks.storage.store import Store

REPORT = "BUKAVU, Democratic Republic of Congo (March 4, 2024) - Rebels killed two farmers near Uvira on Sunday.\n"


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    pytest.importorskip("obstore")
    pytest.importorskip("moto")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new bucket, and the environment that leads there."""
    for name, value in {"ENDPOINT_URL": endpoint, "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    name = "sitrep-" + "".join(letter for letter in tmp_path.name if letter.isdigit() or letter.islower())
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/{name}", method="PUT"))
    monkeypatch.setattr(lease, "_DEAD_SECONDS", 0.05)
    return f"s3://{name}"


@pytest.fixture
def on_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """From here on this is the machine of that name: it has no copies of other machines."""

    def be(name: str) -> None:
        monkeypatch.setattr(mirror, "home", lambda: tmp_path / name)

    be("one")
    return be


def written(folder: Path, files: dict[str, str]) -> None:
    """Make these the files of a copy."""
    for name in ("_tables", "releases"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def files_of(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text()
        for top in ("_tables", "releases")
        for file in (folder / top).rglob("*")
        if file.is_file() and not any(part.is_symlink() for part in (file, *file.parents))
    }


def test_runs_of_two_machines_on_object_storage_go_on_from_each_other(
    plain_flows: object,
    bucket: str,
    on_machine: Callable[[str], None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data, inbox = f"{bucket}/desk", Objects(f"{bucket}/inbox")
    inbox.overwrite("may/first.txt", REPORT.encode())
    inbox.overwrite("may/.hidden.txt", b"no report")
    first = run([f"{bucket}/inbox"], data=data)["publish"]["release"]
    objects = Objects(data)
    assert objects.read("releases/latest")[0].decode().strip() == first
    assert {f"releases/{first}/{name}" for name in ("incidents.parquet", "manifest.json", "report.html")} <= {
        one.name for one in objects.list()
    }

    on_machine("two")
    assert run([f"{bucket}/inbox/*.txt"], data=data)["publish"]["news"] == "nothing changed"
    (tmp_path / "second.txt").write_text(REPORT.replace("Uvira", "Bukavu"))
    second = run([str(tmp_path / "second.txt")], data=data)["publish"]["release"]
    assert second != first

    on_machine("one")
    store = Store(data)
    store.refresh()
    assert [store.latest_release().name, store.count("raw_documents")] == [second, 2]
    documents = pq.read_table(store.release("latest") / "documents.parquet")
    assert sorted(documents["external_id"].to_pylist()) == ["first", "second"]
    assert f"{bucket}/inbox/may/first.txt" in store.read("raw_documents")["uri"].to_pylist()

    on_machine("three")
    for command in (["verify", "latest"], ["sources"], ["status"]):
        assert main([*command, "--data", data]) == 0
    assert f"{second}: files, columns, keys and references hold" in capsys.readouterr().out
    objects.overwrite(f"releases/{second}/codebook.md", b"something else")
    assert main(["verify", second, "--data", data]) == 1
    assert "codebook.md" in capsys.readouterr().out
    assert main(["verify", first, "--data", data]) == 0


OLD = {
    "_tables/events/_delta_log/0.json": "old log",
    "_tables/events/a.parquet": "a",
    "releases/v2024.01.01.1/events.parquet": "first",
    "releases/v2024.01.01.1/manifest.json": "{}",
}
# a table begun anew, a release pruned, another published
NEW = {
    "_tables/events/_delta_log/0.json": "new log",
    "_tables/events/b.parquet": "b",
    "releases/v2024.01.02.1/events.parquet": "second",
    "releases/v2024.01.02.1/manifest.json": "{}",
}


def dying_after(count: int) -> Callable[[pytest.MonkeyPatch], None]:
    """Let so many requests that change something through, and end the process at the next."""
    left = [count]

    def kill(patch: pytest.MonkeyPatch) -> None:
        for name in ("write", "overwrite", "upload", "delete"):
            plain = getattr(Objects, name)

            def counted(self: Objects, *given: Any, plain: Any = plain) -> Any:
                left[0] -= 1
                if left[0] < 0:
                    raise Killed
                return plain(self, *given)

            patch.setattr(Objects, name, counted)

    return kill


def test_a_kill_between_any_two_writes_leaves_one_state_or_the_other(
    bucket: str, on_machine: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "_AT_ONCE", 1)
    found = []
    for count in range(30):
        data = f"{bucket}/{count}"
        on_machine(f"one-{count}")
        with Mirror(data).at_work(5):
            written(Mirror(data).folder, OLD)
        with pytest.MonkeyPatch.context() as patch:
            dying_after(count)(patch)
            try:
                with Mirror(data).at_work(5):
                    written(Mirror(data).folder, NEW)
                is_killed = False
            except Killed:
                is_killed = True
        on_machine(f"two-{count}")
        with Mirror(data).at_work(5):
            seen = files_of(Mirror(data).folder)
            newest = max(name.split("/")[1] for name in seen if name.startswith("releases"))
            assert Objects(data).read("releases/latest")[0].decode().strip() == newest
        found.append(seen)
        assert seen in (OLD, NEW)
        # whatever was done by then: the run that is begun again ends where an undisturbed one does
        on_machine(f"one-{count}")
        with Mirror(data).at_work(5):
            written(Mirror(data).folder, NEW)
        on_machine(f"three-{count}")
        Mirror(data).refresh()
        assert files_of(Mirror(data).folder) == NEW
        if not is_killed:
            break
    assert not is_killed
    assert OLD in found and NEW in found


def test_a_second_writer_waits_and_is_refused_by_name(bucket: str, on_machine: Callable[[str], None]) -> None:
    data = f"{bucket}/desk"
    lease_held, ended = threading.Event(), threading.Event()

    def hold() -> None:
        with lease.leased(Objects(data), 1):
            lease_held.set()
            ended.wait(20)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lease, "_RENEWED_SECONDS", 0.05)
        patch.setattr(lease, "_DEAD_SECONDS", 5)
        holder = threading.Thread(target=hold)
        holder.start()
        lease_held.wait(20)
        with pytest.raises(WriterBusyError, match=f"{data}: process .* is writing there"), Mirror(data).at_work(0.6):
            pass
        ended.set()
        holder.join()
    with Mirror(data).at_work(0.6):
        pass


def test_who_was_thought_dead_and_wakes_up_late_changes_nothing(bucket: str, on_machine: Callable[[str], None]) -> None:
    data = f"{bucket}/desk"
    with pytest.raises(OvertakenError, match="another machine has written there"), Mirror(data).at_work(1):
        written(Mirror(data).folder, OLD)
        on_machine("two")
        # it does not renew its lock in time
        with Mirror(data).at_work(5):
            written(Mirror(data).folder, NEW)
        on_machine("one")
    with Mirror(data).at_work(5):
        assert files_of(Mirror(data).folder) == NEW


def test_what_is_not_ours_is_left_alone(bucket: str, on_machine: Callable[[str], None]) -> None:
    Objects(bucket).overwrite("letters/dear.txt", b"keep me")
    with pytest.raises(ObjectsError, match="no data folder"), Mirror(bucket).at_work(1):
        pass
    assert [one.name for one in Objects(bucket).list()] == ["letters/dear.txt"]


def test_a_file_that_is_lost_there_is_lost_here(bucket: str, on_machine: Callable[[str], None]) -> None:
    data = f"{bucket}/desk"
    with Mirror(data).at_work(1):
        written(Mirror(data).folder, OLD)
    Objects(data).delete(["_tables/events/a.parquet"])
    on_machine("two")
    Mirror(data).refresh()
    # to be found by who opens the table, as on a disk
    assert files_of(Mirror(data).folder).keys() == OLD.keys() - {"_tables/events/a.parquet"}


def test_a_bucket_that_was_emptied_does_not_empty_the_copy(bucket: str, on_machine: Callable[[str], None]) -> None:
    data = f"{bucket}/desk"
    with Mirror(data).at_work(1):
        written(Mirror(data).folder, OLD)
    Objects(data).delete([one.name for one in Objects(data).list()])
    with pytest.raises(ObjectsError, match=r"_index\.json is gone"), Mirror(data).at_work(1):
        pass
    assert files_of(Mirror(data).folder) == OLD


def test_storage_that_is_not_there_is_told_in_a_line(
    plain_flows: object, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "in_1", "--data", "s3://no-such-bucket/desk"]) == 1
    assert "there is no release 'latest' at s3://no-such-bucket/desk" in capsys.readouterr().err
    assert run_on("s3://no-such-bucket/desk") == "NoSuchBucket"


def run_on(data: str) -> str:
    with pytest.raises(ObjectsError) as error:
        run([str(DEMO)], data=data)
    return "NoSuchBucket" if "NoSuchBucket" in str(error.value) else str(error.value)


def test_what_comes_into_a_watched_bucket_is_published(
    plain_flows: object, bucket: str, on_machine: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, data, steps = Objects(f"{bucket}/inbox"), f"{bucket}/desk", list[int]()
    inbox.overwrite("first.txt", REPORT.encode())

    def wait(seconds: float) -> None:
        store = Store(data)
        store.refresh()
        documents = store.count("raw_documents")
        if documents == 1 and not steps:
            inbox.overwrite("may/second.txt", REPORT.replace("Uvira", "Goma").encode())
            steps.append(documents)
        elif documents == 2 and len(steps) == 1:
            # of the same length: another tag tells
            inbox.overwrite("first.txt", REPORT.replace("Sunday", "Friday").encode())
            steps.append(documents)
        elif documents == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(watching.time, "sleep", wait)
    with pytest.raises(KeyboardInterrupt):
        watch([f"{bucket}/inbox"], data=data, every=5)
    assert steps == [1, 2]
    texts = Store(data).read("documents", columns=["text"])["text"].to_pylist()
    assert sum("on Friday" in text for text in texts) == 1, "the revision is read as well"


def test_a_bucket_that_does_not_answer_is_told_once_and_runs_nothing(
    bucket: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "report.txt").write_text(REPORT)
    look = watching.Look([str(tmp_path / "report.txt"), f"{bucket}-of-nobody/inbox"])
    assert [look(), look()] == [{}, {}]
    told = capsys.readouterr().out
    assert "-of-nobody" in told and told.count("looking again") == 1


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(ObjectsError, match=r"pip install 'sitrep\[s3\]'"):
        Objects("s3://bucket/desk")
