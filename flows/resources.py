"""What stages read besides tables, opened once a process: vocabularies, gazetteer, actor register, the model's name.

Nothing comes in but the checkout and its compiled resources; out come read-only resources and hashes that change when
they do. The gazetteer is compiled where it is missing. Refused is what the vocabularies and the compiler refuse.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from flows import terminal
from tasks import vocabularies
from tasks.knowledge.places import geonames
from tasks.storage import fingerprints
from tasks.storage.folders import resources_folder

if TYPE_CHECKING:
    import pandas as pd

    from tasks.extract.judge import Judge
    from tasks.knowledge.actors import ActorRegister
    from tasks.knowledge.places.gazetteer import Gazetteer

_COMPILING = ("tasks.knowledge.places.compiling",)


@cache
def load_vocabularies() -> dict[str, pd.DataFrame]:
    """All vocabularies by name, read and checked once."""
    return vocabularies.load_all()


def actor_register() -> ActorRegister:
    """A register of all actors that the vocabularies know, made once for the same vocabularies."""
    from tasks.knowledge.actors import register_of

    return register_of(load_vocabularies())


def model_version() -> str:
    """The spaCy model and its version, without loading it."""
    from tasks.language.model_choice import model_name

    return f"{model_name()} {fingerprints.package_version(model_name())}"


@cache
def gazetteer_digest() -> str:
    """Changes with the facts that the gazetteer is compiled from, and with the code that compiles it."""
    dump = geonames.distilled(resources_folder())
    return fingerprints.combined(
        code=fingerprints.code(_COMPILING),
        vocabularies=vocabularies.digest(fingerprints.vocabularies(_COMPILING, vocabularies.VOCABULARIES)),
        facts=fingerprints.files(vocabularies.SEEDS / "gazetteer", "*.csv"),
        dump=dump.name if dump else "",
    )


def judge_digest() -> str:
    """Changes with the judge's weights and with the vectors of the words that it knows."""
    return fingerprints.files(vocabularies.SEEDS / "judge", "*.parquet")


def open_judge() -> Judge:
    """The judge over the weights that come with Sitrep."""
    from tasks.extract.judge import Judge
    from tasks.extract.judge.weights import Weights

    return Judge(Weights.from_tables(vocabularies.judge_weights(), vocabularies.judge_words()))


def open_gazetteer() -> Gazetteer:
    """The compiled gazetteer, compiled first where it is missing."""
    from tasks.knowledge.places.compiling import compile_gazetteer
    from tasks.knowledge.places.gazetteer import Gazetteer

    path = resources_folder() / f"gazetteer-{gazetteer_digest()[:16]}.sqlite"
    if not path.is_file():
        terminal.show("compiling the gazetteer, once")
        # under a name of its own: another data folder may be compiling the same
        draft = path.with_suffix(f".tmp-{os.getpid()}")
        compile_gazetteer(draft, geonames.distilled(resources_folder()))
        draft.replace(path)
        terminal.show("")
    return Gazetteer(path)
