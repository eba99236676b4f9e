"""Feeds, pages and sitemaps are fetched politely, within bounds, from public hosts; a server on loopback plays all."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import shutil
import socket
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from web_server import Site, gives, leads_to, marked, serving

from tasks.ingest import Naming, read
from tasks.ingest.web import Clock, Kept, Limits, Visitor, asked, fetch, fetched, is_address
from tasks.ingest.web.addresses import is_public
from tasks.ingest.web.asked import NothingAskedError
from tasks.vocabularies import load

WORDS = "Rebels attacked a convoy of the army on the road to Goma, an officer said. " * 4
PAGE = f"<!doctype html><html><head><title>Goma</title></head><body><article><p>{WORDS}</p></article></body></html>"
ITEM = "<item><title>{0}</title><link>{1}/{0}</link><guid>{0}</guid><pubDate>Wed, 08 May 2024 09:00:00 GMT</pubDate>"
FEED = "<rss version='2.0'><channel><title>The Wire</title>{}</channel></rss>"
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class World:
    """A server, a shelf and a clock that passes only where somebody sleeps."""

    def __init__(self, site: Site) -> None:
        self.site, self.passed = site, 0.0
        self.slept: list[float] = []
        self.kept: dict[str, Kept] = {}

    def seconds(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds

    def get(self, url: str) -> Kept | None:
        return self.kept.get(url)

    def put(self, kept: Kept) -> None:
        self.kept[kept.url] = kept

    def visit(
        self,
        *addresses: str,
        kind: str | None = None,
        allow_private: bool = True,
        most_pages: int = 100,
        limits: Limits | None = None,
    ) -> tuple[list[dict], list[dict]]:
        """Documents and rejects of addresses, or of paths of the server."""
        clock = Clock(lambda: NOW + dt.timedelta(seconds=self.passed), self.seconds, self.sleep)
        visitor = Visitor(clock, allow_private, limits or Limits(read=2.0, connect=2.0))
        whole = [(self.site.address + one if one.startswith("/") else one, kind) for one in addresses]
        files = fetched(whole, visitor, self, set(), most_pages)
        naming = Naming(load("record_profiles"), {})
        batches = list(read([], load("sources"), None, NOW, naming, fetched=files))
        documents, rejects = (list(chain.from_iterable(batch[i].to_pylist() for batch in batches)) for i in (0, 1))
        return documents, rejects

    def reason(self, *addresses: str, **how: object) -> tuple[str, str]:
        """Why an address is refused, and in which words; there is no document."""
        documents, [reject] = self.visit(*addresses, **how)  # type: ignore[arg-type]
        assert not documents
        return reject["reason_code"], reject["message"]


@pytest.fixture
def world() -> Iterator[World]:
    with serving() as site:
        yield World(site)


def items(site: Site, *names: str) -> str:
    parts = (f"{ITEM.format(name, site.address)}<description>{WORDS}</description></item>" for name in names)
    return FEED.format("".join(parts))


# what is read


def test_a_page_is_a_report_known_by_its_address(world: World) -> None:
    world.site.pages["/story"] = gives(PAGE)
    [document], rejects = world.visit("/story#part")
    address = f"{world.site.address}/story"
    assert not rejects
    assert (document["uri"], document["external_id"], document["url"]) == (address, address, address)
    assert (document["media_code"], document["content"], document["has_own_id"]) == ("html", PAGE.encode(), True)


@pytest.mark.parametrize("path", ["/feed.xml", "/rss", "/index.php?feed=rss2", "/story.html"])
def test_the_items_of_a_feed_are_reports_wherever_it_lies(world: World, path: str) -> None:
    world.site.pages[path] = gives(items(world.site, "one", "two"), "text/html")
    for kind in (None, "feed"):
        documents, rejects = world.visit(path, kind=kind)
        assert not rejects
        assert [(d["external_id"], d["title"], d["url"]) for d in documents] == [
            (name, name, f"{world.site.address}/{name}") for name in ("one", "two")
        ]
        assert {(d["published"], d["publisher"]) for d in documents} == {("Wed, 08 May 2024 09:00:00 GMT", "The Wire")}


def test_a_file_of_any_format_is_read_by_what_its_host_or_address_says(world: World) -> None:
    record = json.dumps({"id": "x", "text": WORDS})
    world.site.pages["/a"] = gives(record, "application/x-ndjson; charset=utf-8")
    world.site.pages["/b.jsonl"] = gives(record, "application/octet-stream")
    world.site.pages["/c.jsonl.gz"] = gives(gzip.compress(record.encode()), "application/gzip")
    documents, rejects = world.visit("/a", "/b.jsonl", "/c.jsonl.gz")
    assert not rejects
    assert [document["external_id"] for document in documents] == ["x"] * 3


def sitemap(site: Site, *entries: tuple[str, str], root: str = "urlset") -> str:
    listed = "".join(f"<url><loc>{site.address}{path}</loc><lastmod>{day}</lastmod></url>" for path, day in entries)
    return f"<?xml version='1.0'?><{root} xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{listed}</{root}>"


def test_a_sitemap_gives_its_newest_pages_up_to_a_limit_and_says_how_many_it_leaves_out(world: World) -> None:
    pages = [(f"/{day}", f"2024-05-0{day}") for day in range(1, 6)]
    world.site.pages |= {path: gives(PAGE) for path, _ in pages}
    world.site.pages["/inner.xml"] = gives(sitemap(world.site, *pages), "text/xml")
    index = sitemap(world.site, ("/inner.xml", "2024-05-05"), root="sitemapindex")
    world.site.pages["/sitemap.xml"] = gives(index, "text/xml")
    for kind in (None, "sitemap"):
        documents, [reject] = world.visit("/sitemap.xml", kind=kind, most_pages=3)
        assert [document["url"].rpartition("/")[2] for document in documents] == ["5", "4", "3"]
        assert reject["reason_code"] == "beyond_limit" and reject["message"].startswith("2 more")


def test_a_news_sitemap_tells_the_day_of_its_pages(world: World) -> None:
    news = "http://www.google.com/schemas/sitemap-news/0.9"
    day = "<n:news><n:publication_date>2024-05-08</n:publication_date></n:news>"
    entry = f"<url><loc>{world.site.address}/a</loc>{day}</url>"
    world.site.pages["/s.xml"] = gives(f"<urlset xmlns:n='{news}'>{entry}</urlset>", "text/xml")
    world.site.pages["/a"] = gives(PAGE)
    [document], _ = world.visit("/s.xml")
    assert document["published"] == "2024-05-08"


def test_a_sitemap_speaks_for_its_own_host_alone(world: World) -> None:
    world.site.pages["/s.xml"] = gives("<urlset><url><loc>https://other.example/x</loc></url></urlset>", "text/xml")
    assert world.reason("/s.xml")[0] == "bad_address"


# only what changed


def test_what_did_not_change_is_asked_for_by_its_mark_and_read_as_it_was_kept(world: World) -> None:
    world.site.pages["/feed"] = marked(items(world.site, "one"), "application/rss+xml")
    first, _ = world.visit("/feed")
    again, _ = world.visit("/feed")
    assert [d["document_id"] for d in again] == [d["document_id"] for d in first]
    conditions = [headers.get("If-None-Match") for path, headers in world.site.asked if path == "/feed"]
    assert conditions == [None, '"1"']
    world.site.pages["/feed"] = marked(items(world.site, "one", "two"), "application/rss+xml", etag='"2"')
    assert [d["external_id"] for d in world.visit("/feed")[0]] == ["one", "two"]


def test_a_day_of_change_is_asked_for_as_its_host_wrote_it(world: World) -> None:
    day = "Wed, 08 May 2024 09:00:00 GMT"
    world.site.pages["/a"] = gives(PAGE, last_modified=day)
    world.visit("/a")
    world.visit("/a")
    assert [headers.get("If-Modified-Since") for path, headers in world.site.asked if path == "/a"] == [None, day]


def test_a_page_that_its_sitemap_calls_unchanged_is_not_asked_for_again(world: World) -> None:
    world.site.pages |= {"/a": gives(PAGE), "/b": gives(PAGE)}
    world.site.pages["/s.xml"] = gives(sitemap(world.site, ("/a", "2024-05-08"), ("/b", "2026-01-01")), "text/xml")
    for _ in range(2):
        documents, rejects = world.visit("/s.xml")
        assert len(documents) == 2 and not rejects
    assert sorted(world.site.paths()) == ["/a", "/b", "/b", "/s.xml", "/s.xml"]


# politeness


def test_robots_txt_is_heeded_and_asked_for_once_a_run(world: World) -> None:
    rules = (
        "User-agent: *\nDisallow: /\n\nUser-agent: sitrep\nDisallow: /private/\nAllow: /private/open\nCrawl-delay: 7\n"
    )
    world.site.pages["/robots.txt"] = gives(rules, "text/plain")
    world.site.pages |= {path: gives(PAGE) for path in ("/a", "/private/x", "/private/open")}
    documents, [reject] = world.visit("/a", "/private/x", "/private/open")
    assert (len(documents), reject["reason_code"]) == (2, "robots")
    assert "/private/x" not in world.site.paths()
    assert [path for path, _ in world.site.asked].count("/robots.txt") == 1
    assert world.slept == [7.0, 7.0]
    assert world.site.asked[-1][1]["User-Agent"].startswith("Sitrep/")


def test_where_robots_txt_cannot_be_had_nothing_is_read(world: World) -> None:
    world.site.pages |= {"/robots.txt": gives(b"", status=503), "/a": gives(PAGE)}
    assert world.reason("/a")[0] == "no_answer"
    assert not world.site.paths()
    world.site.pages["/robots.txt"] = gives(b"", status=403)
    assert len(world.visit("/a")[0]) == 1


def test_a_redirect_to_where_robots_may_not_go_is_refused(world: World) -> None:
    world.site.pages["/robots.txt"] = gives("User-agent: *\nDisallow: /private/", "text/plain")
    world.site.pages |= {"/a": leads_to("/private/x"), "/private/x": gives(PAGE)}
    assert world.reason("/a")[0] == "robots"


def test_a_host_is_asked_once_a_second(world: World) -> None:
    world.site.pages |= {"/a": gives(PAGE), "/b": gives(PAGE)}
    world.visit("/a", "/b")
    assert world.slept == [1.0, 1.0]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_host_is_asked_again_when_it_says(world: World, status: int) -> None:
    world.site.pages["/a"] = [gives(b"", status=status, retry_after="17"), gives(PAGE)]
    assert len(world.visit("/a")[0]) == 1
    assert 17.0 in world.slept
    until = "Thu, 01 Jan 2026 00:00:40 GMT"
    world.site.pages["/b"] = [gives(b"", status=status, retry_after=until), gives(PAGE)]
    world.passed = 0.0
    assert len(world.visit("/b")[0]) == 1
    assert max(world.slept) == pytest.approx(39.0, abs=2)


def test_a_host_that_stays_busy_or_asks_for_too_much_patience_is_left_alone(world: World) -> None:
    world.site.pages["/a"] = gives(b"", status=503)
    code, message = world.reason("/a")
    assert code == "no_answer" and "503" in message
    assert world.site.paths() == ["/a"] * 3 and world.slept == [1.0, 1.0, 2.0]
    world.site.pages["/b"] = gives(b"", status=429, retry_after="3600")
    code, message = world.reason("/b")
    assert code == "no_answer" and "3600 s" in message
    assert world.site.paths().count("/b") == 1


# private hosts


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_a_private_host_is_refused_under_each_of_its_names(world: World, host: str) -> None:
    port = world.site.address.rpartition(":")[2]
    world.site.pages["/a"] = gives(PAGE)
    code, _ = world.reason(f"http://{host}:{port}/a", allow_private=False)
    # a machine may know no such name
    assert code in ("private_address", "no_answer")
    assert code == "private_address" or host not in ("127.0.0.1", "localhost")
    assert not world.site.asked


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_numbers_that_are_not_public(number: str) -> None:
    import ipaddress

    assert not is_public(ipaddress.ip_address(number))
    assert is_public(ipaddress.ip_address("8.8.8.8")) and is_public(ipaddress.ip_address("2606:4700::1111"))


def resolving(patch: pytest.MonkeyPatch, names: dict[str, list[list[str]]]) -> None:
    """Names have these numbers, each time that they are looked up the next ones."""
    real = socket.getaddrinfo

    def found(host: str, port: int, *given: object, **named: object) -> list:
        if host not in names:
            return real(host, port, *given, **named)  # type: ignore[arg-type]
        numbers = names[host].pop(0) if len(names[host]) > 1 else names[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    patch.setattr(socket, "getaddrinfo", found)


def public_loopback(patch: pytest.MonkeyPatch) -> None:
    """Let 127.0.0.1 count as public, so that what leads away from it can be told from it."""
    from tasks.ingest.web import addresses

    real = addresses.is_public
    patch.setattr(addresses, "is_public", lambda number: str(number) == "127.0.0.1" or real(number))


@pytest.mark.parametrize("target", ["http://10.0.0.1/x", "http://inner.example/x", "http://[::1]:9/x"])
def test_a_redirect_to_a_private_host_is_refused(world: World, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    public_loopback(monkeypatch)
    resolving(monkeypatch, {"inner.example": [["169.254.169.254"]]})
    world.site.pages["/a"] = leads_to(target)
    assert world.reason("/a", allow_private=False)[0] == "private_address"


def test_a_name_with_one_private_number_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, {"paper.example": [["93.184.216.34", "10.0.0.1"]]})
    assert world.reason("http://paper.example/a", allow_private=False)[0] == "private_address"


def test_the_number_that_was_checked_is_the_one_that_is_connected_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that gives another number the second time is asked once a connection."""
    public_loopback(monkeypatch)
    port = world.site.address.rpartition(":")[2]
    # robots.txt, then the page: a private number in between would be refused, not connected to
    resolving(monkeypatch, {"paper.example": [["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]]})
    world.site.pages["/a"] = gives(PAGE)
    assert len(world.visit(f"http://paper.example:{port}/a", allow_private=False)[0]) == 1
    assert world.site.asked[-1][1]["Host"] == f"paper.example:{port}"
    assert world.reason(f"http://paper.example:{port}/a", allow_private=False)[0] == "private_address"


# what goes wrong


@pytest.mark.parametrize(
    "address",
    ["ftp://paper.example/a", "http://", "https://[broken", "http://u:p@paper.example/"],
)
def test_what_is_no_address_of_the_web_is_refused_by_name(world: World, address: str) -> None:
    assert is_address(address)
    assert world.reason(address)[0] == "bad_address"


def test_paths_are_no_addresses() -> None:
    assert not any(map(is_address, ("reports/", "a.txt", "/x", "archive/2024-*.html", "C:\\x", "https:x", "file:///x")))


def test_an_error_of_the_host_is_told_with_its_number(world: World) -> None:
    world.site.pages["/a"] = gives(b"", status=410)
    assert world.reason("/a") == ("http_status", "the host answers with HTTP 410 Gone")


def test_redirects_end(world: World) -> None:
    world.site.pages |= {"/a": leads_to("/b"), "/b": leads_to("/a")}
    assert world.reason("/a")[0] == "redirects"
    world.site.pages["/c"] = leads_to("ftp://paper.example/")
    assert world.reason("/c")[0] == "bad_address"


def test_no_connection_is_no_answer(world: World) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert world.reason(f"http://127.0.0.1:{port}/a")[0] == "no_answer"


@pytest.mark.parametrize("what", ["silent", "dripping", "dripping head"])
def test_a_slow_host_costs_no_more_than_its_time(world: World, what: str) -> None:
    def respond(handler: object) -> None:
        import time

        if what == "silent":
            time.sleep(3)
            return
        head = b"HTTP/1.1 200 OK\r\n" if what == "dripping head" else b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
        handler.wfile.write(head)  # type: ignore[attr-defined]
        for _ in range(40):
            handler.wfile.write(b"X-A: b\r\n")  # type: ignore[attr-defined]
            # time passes for who waits, too
            world.passed += 1
            time.sleep(0.05)

    world.site.pages["/a"] = respond
    code, message = world.reason("/a", limits=Limits(read=0.3, whole=5, tries=1))
    assert code == "no_answer", message


def test_an_answer_that_is_too_large_is_refused(world: World) -> None:
    world.site.pages["/a"] = gives(b"x" * 300_000)
    assert world.reason("/a", limits=Limits(most_bytes=100_000))[0] == "too_large"


def test_a_small_answer_that_swells_is_refused_before_it_does(world: World) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000)
    world.site.pages["/a"] = gives(bomb, content_encoding="gzip")
    assert world.reason("/a")[0] == "too_large"
    world.site.pages["/b"] = gives(gzip.compress(PAGE.encode()), content_encoding="gzip")
    assert [d["content"] for d in world.visit("/b")[0]] == [PAGE.encode()]
    world.site.pages["/s.xml.gz"] = gives(bomb, "application/gzip")
    assert world.reason("/s.xml.gz", kind="sitemap")[0] == "expands_too_far"


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_an_answer_that_is_packed_otherwise_or_broken_is_refused(world: World, encoding: str) -> None:
    world.site.pages["/a"] = gives(gzip.compress(PAGE.encode())[:-20], content_encoding=encoding)
    assert world.reason("/a")[0] == "no_answer"


def test_a_broken_feed_is_refused_and_a_page_in_the_place_of_one_too(world: World) -> None:
    world.site.pages["/a"] = gives("<rss><channel><item><title>", "application/rss+xml")
    code, _ = world.reason("/a", kind="feed")
    assert code in ("broken_record", "empty", "no_text")
    world.site.pages["/b"] = gives(PAGE)
    assert world.reason("/b", kind="feed") == ("unknown_format", "the address gives no feed, but text/html")


@pytest.mark.parametrize(
    ("content", "code"), [("<urlset><url>", "broken_record"), (PAGE, "broken_record"), ("<x/>", "unknown_format")]
)
def test_a_broken_sitemap_is_refused(world: World, content: str, code: str) -> None:
    world.site.pages["/s.xml"] = gives(content)
    assert world.reason("/s.xml", kind="sitemap")[0] == code


def test_entities_of_a_sitemap_are_not_followed(world: World, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("/secret")
    head = f"<!DOCTYPE x [<!ENTITY e SYSTEM 'file://{tmp_path}/secret'>]>"
    world.site.pages["/s.xml"] = gives(f"{head}<urlset><url><loc>{world.site.address}&e;</loc></url></urlset>")
    world.visit("/s.xml", kind="sitemap")
    assert "/secret" not in world.site.paths()


def test_one_address_costs_no_other(world: World) -> None:
    world.site.pages |= {"/a": gives(PAGE), "/b": gives(b"", status=500)}
    documents, rejects = world.visit("/b", "ftp://x/", "/a")
    assert (len(documents), len(rejects)) == (1, 2)


# sources


def test_a_source_alone_is_read_from_its_own_address() -> None:
    sources = load("sources").copy()
    sources.loc[sources["source_id"] == "bbc", ["kind_code", "address"]] = ["feed", "https://bbc.example/rss"]
    [bbc] = asked([], "bbc", False, sources)
    assert (bbc.source_id, bbc.paths, bbc.addresses) == ("bbc", [], [("https://bbc.example/rss", "feed")])
    every = asked(["a.txt", "https://x.example/"], None, True, sources)
    assert [(one.source_id, one.names) for one in every] == [
        (None, ["a.txt", "https://x.example/"]),
        ("bbc", ["https://bbc.example/rss"]),
    ]
    [typed] = asked(["https://x.example/"], "bbc", False, sources)
    assert typed.addresses == [("https://x.example/", None)]
    with pytest.raises(NothingAskedError, match="reuters"):
        asked([], "reuters", False, sources)


def test_a_run_takes_addresses_keeps_what_it_fetched_and_asks_only_for_changes(
    plain_flows: object, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import fetched
    from flows.ingest import NothingReadError, ingest

    clock = Clock(fetched.CLOCK.now, world.seconds, world.sleep)
    monkeypatch.setattr(fetched, "CLOCK", clock)
    data, address = str(tmp_path / "data"), world.site.address
    with pytest.raises(NothingReadError, match="not public"):
        ingest([f"{address}/feed"], data)
    world.site.pages["/feed"] = marked(items(world.site, "one", "two"), "application/rss+xml")
    (tmp_path / "a.txt").write_text(WORDS)
    paths = [f"{address}/feed", str(tmp_path / "a.txt"), f"{address}/gone"]
    first = ingest(paths, data, allow_private=True)
    assert (first["inputs"], first["new_documents"], first["known"], first["rejects"]) == (4, 3, 0, 1)
    again = ingest(paths, data, allow_private=True)
    assert (again["inputs"], again["new_documents"], again["known"], again["rejects"]) == (4, 0, 4, 0)
    marks = [headers.get("If-None-Match") for path, headers in world.site.asked if path == "/feed"]
    assert marks == [None, '"1"']
    ingest(paths, data, allow_private=True, full=True)
    for spoil in (shutil.rmtree, lambda table: next(table.glob("*.parquet")).write_bytes(b"")):
        spoil(tmp_path / "data" / "_tables" / "fetched")
        lost = ingest(paths, data, allow_private=True)
        assert (lost["inputs"], lost["known"]) == (4, 4)
    marks = [headers.get("If-None-Match") for path, headers in world.site.asked if path == "/feed"]
    assert marks[2:] == [None, None, None]


def test_rejects_of_addresses_end_when_they_are_read(
    plain_flows: object, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import fetched
    from flows.ingest import ingest
    from tasks.storage.store import Store

    monkeypatch.setattr(fetched, "CLOCK", Clock(fetched.CLOCK.now, world.seconds, world.sleep))
    monkeypatch.setattr(fetch, "_MOST_SITEMAPS", 1)
    data, index = str(tmp_path / "data"), f"{world.site.address}/index.xml"
    world.site.pages |= {"/a": gives(PAGE), "/s1.xml": gives(sitemap(world.site, ("/a", "")), "text/xml")}

    def rejects(*inner: str) -> dict[str, str]:
        entries = [(path, "") for path in inner]
        world.site.pages["/index.xml"] = gives(sitemap(world.site, *entries, root="sitemapindex"), "text/xml")
        ingest([index, f"{world.site.address}/a"], data, allow_private=True)
        rows = Store(data).read("rejects").to_pylist()
        return {row["reason_code"]: row["message"].partition(" ")[0] for row in rows}

    assert rejects("/s1.xml", "/s2.xml") == {"beyond_limit": "1"}
    assert rejects("/s1.xml", "/s2.xml", "/s3.xml") == {"beyond_limit": "2"}
    assert rejects("/s1.xml") == {}


def test_no_password_of_an_address_is_told_or_kept(world: World) -> None:
    documents, [reject] = world.visit("https://user:secret@paper.example/a")
    assert not documents and "secret" not in str(reject)
    assert asked(["https://user:secret@paper.example/a"], None, False, load("sources"))[0].names == [
        "https://***@paper.example/a"
    ]
