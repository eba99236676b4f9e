"""Validate the descriptions of a release with the libraries made for them: `make validate`, or with a release's folder.

They have an environment of their own: frictionless brings chardet, with which feedparser would read feeds otherwise.
"""

from __future__ import annotations

import sys
from pathlib import Path

import frictionless
import mlcroissant
import yaml


def main(release: Path) -> int:
    report = frictionless.Package.validate_descriptor(str(release / "datapackage.json"))
    for error in report.flatten(["note"]):
        print("datapackage.json:", *error)
    # raises with all that is wrong
    dataset = mlcroissant.Dataset(str(release / "croissant.json"))
    for warning in dataset.metadata.ctx.issues.warnings:
        print("croissant.json:", warning)
    for records in dataset.metadata.record_sets:
        print(f"croissant.json: {records.id}: {sum(1 for _ in dataset.records(records.id))} records read")
    citation = yaml.safe_load((release / "CITATION.cff").read_text())
    print("CITATION.cff:", citation["title"], citation["version"])
    return 0 if report.valid else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
