"""Fixtures that several tests share: what is dear to build is built once a session."""

from __future__ import annotations

import pytest

from flows.session import open_gazetteer
from tasks.extract.coder import Extractor
from tasks.extract.parse import model_name
from tasks.resolve import Resolver
from tasks.vocabularies import load_all


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """The extractor with the project's own vocabularies, gazetteer and model."""
    return Extractor(load_all(), open_gazetteer(), model_name())


@pytest.fixture(scope="session")
def resolver() -> Resolver:
    return Resolver(load_all(), open_gazetteer())
