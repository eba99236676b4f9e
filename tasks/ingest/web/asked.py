"""What is asked of the web and of the disk: paths as typed, and the sources that have an address.

In come paths and the rows of `seeds/sources.csv`, out come, by source, files and addresses. A source that is not there,
and asking for nothing, are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from tasks.ingest.web.addresses import is_address, shown
from tasks.storage.objects import is_uri
from tasks.tables import ADHOC


class NothingAskedError(ValueError):
    """Neither a path nor a source with an address was named."""


@dataclass
class Asked:
    """What to read for one source: paths of files, URIs of object storage among them, and addresses of the web with
    what they are (source_kind; None: to be seen)."""

    source_id: str | None
    paths: list[str] = field(default_factory=list)
    addresses: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """All that is read, as it is called."""
        return [*self.paths, *(shown(address) for address, _ in self.addresses)]


def asked(paths: list[str], source_id: str | None, all_sources: bool, sources: pd.DataFrame) -> list[Asked]:
    """What is typed is of `source_id` (None: adhoc); a source alone gives its own address, `all_sources` all theirs.

    Raises NothingAskedError. A source that does not exist is refused where it is read.
    """
    typed = Asked(source_id)
    for path in paths:
        if is_address(path) and not is_uri(path):
            typed.addresses.append((path, None))
        else:
            typed.paths.append(path)
    groups = {source_id or ADHOC: typed}
    for row in sources.to_dict("records"):
        is_meant = all_sources or (not paths and row["source_id"] == source_id)
        if is_meant and row["address"]:
            group = groups.setdefault(row["source_id"], Asked(str(row["source_id"])))
            group.addresses.append((row["address"], row["kind_code"]))
    found = [group for group in groups.values() if group.names]
    if not found and source_id and source_id not in set(sources["source_id"]):
        return [typed]
    if not found:
        which = f"the source {source_id} has" if source_id else "no source in seeds/sources.csv has"
        raise NothingAskedError(f"give a path or an address to read: {which} no address of its own to be read from")
    return found
