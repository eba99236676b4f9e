"""Types of actors, events and weapons are rows: whole, asked for, and nowhere repeated in Python."""

from __future__ import annotations

import ast
import re

import pytest
from conftest import CHECKOUT

from tasks.knowledge import actor_types, event_types
from tasks.knowledge.weapons import is_told_weapon, weapons_agree
from tasks.vocabularies import load


def codes(name: str) -> list[str]:
    return list(load("codes").query("list == @name")["code"])


def sources() -> list[str]:
    return [path.read_text() for path in (CHECKOUT / "tasks").rglob("*.py")]


@pytest.mark.parametrize(("vocabulary", "closed"), [("actor_types", "actor_type"), ("weapon_types", "weapon")])
def test_types_are_the_closed_list_in_its_order(vocabulary: str, closed: str) -> None:
    assert list(load(vocabulary)["code"]) == codes(closed)


def test_every_trait_of_actors_and_every_relation_of_types_is_asked_for() -> None:
    asked = {trait for text in sources() for trait in re.findall(r'with_trait\("(\w+)"\)', text)}
    assert asked == set(codes("actor_trait")) == set(load("actor_types")["traits"].explode().dropna())
    related = set(load("type_relations")["relation_code"])
    assert related == set(codes("type_relation"))
    assert all(any(f'"{relation}"' in text for text in sources()) for relation in related)


def test_no_type_of_event_is_spelled_where_events_are_linked_or_known() -> None:
    types = set(codes("event_type"))
    paths = [path for room in ("link", "knowledge") for path in (CHECKOUT / "tasks" / room).rglob("*.py")]
    spelled = [
        f"{path}: {node.value}"
        for path in paths
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in types and node.value not in codes("type_trait")
    ]
    assert not spelled


def test_what_the_table_does_not_have_is_refused() -> None:
    with pytest.raises(actor_types.ActorTypeError, match=r"actor_types\.csv: column code.*'knights'"):
        actor_types.actor_type("knights")
    with pytest.raises(actor_types.ActorTypeError, match=r"column camp_code.*'round_table'"):
        actor_types.in_camp("round_table")
    with pytest.raises(actor_types.ActorTypeError, match=r"column traits.*'brave'"):
        actor_types.with_trait("brave")
    with pytest.raises(event_types.EventTypeError, match=r"event_types\.csv: column traits.*'noisy'"):
        event_types.types_with("noisy")


def test_camps_of_actors() -> None:
    assert actor_types.outside_state() == {"armed_group", "militia", "gang"}
    assert "country" in actor_types.in_camp("state") and "country" not in actor_types.parts_of_state()
    assert actor_types.side("peacekeepers") == "military" and actor_types.side(None) is None
    assert actor_types.word_class("gang") == "force" and actor_types.word_class("party") is None


def test_types_that_can_be_one_event() -> None:
    def close(one: str, other: str) -> int:
        return event_types.closeness(frozenset({one}), frozenset({other}))

    assert close("explosive_attack", "suicide_bombing") == close("suicide_bombing", "explosive_attack")
    assert close("explosive_attack", "suicide_bombing") == event_types.NEAR
    assert close("aid", "support") == event_types.FAR
    assert close("aid", "shooting") == event_types.APART
    assert event_types.family("aid") == event_types.family("military_aid") != event_types.family("shooting")
    assert event_types.specificity("suicide_bombing") > event_types.specificity("explosive_attack")


def test_weapons_that_can_be_one_weapon() -> None:
    ied, bomb, blade = frozenset({"ied"}), frozenset({"bomb"}), frozenset({"blade"})
    assert weapons_agree(bomb, bomb) is True
    assert weapons_agree(ied, bomb) is None and weapons_agree(ied, frozenset()) is None
    assert weapons_agree(ied, blade) is False
    assert is_told_weapon(blade) and not is_told_weapon(bomb)
