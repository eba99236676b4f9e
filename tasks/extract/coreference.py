"""Whom the words of a party stand for: pronouns, offices with a name behind them, "the group".

In comes the head of a party in its sentence with what the document has named so far, out come the words elsewhere that
tell who is meant, with the rule. Where nothing fits, the answer is None and the words stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from spacy.tokens import Token

from tasks.extract.memory import Memory
from tasks.extract.names import SentenceNames
from tasks.extract.word_groups import words
from tasks.knowledge import actor_types
from tasks.knowledge.trace import Reading
from tasks.language import syntax

_DETERMINERS = ("the", "this", "that", "these")

Antecedent = Reading[str] | None


def antecedent_of(
    token: Token, index: int, names: SentenceNames, memory: Memory, head_types: Mapping[str, str]
) -> Antecedent:
    """The words that tell whom the party headed by `token` in sentence `index` means, or None.

    `head_types`: actor type by the lemma of a party's head noun.
    """
    if token.pos_ == "PRON":
        return _of_pronoun(token, index, names, memory)
    if names.of(token) is None and (apposed := _apposed_person(token, names)) is not None:
        return Reading(syntax.phrase_text(apposed)[0], "party.named_behind")
    left, right = syntax.phrase(token)
    if any(names.of(t) is not None for t in token.doc[left:right]):
        return None
    for child in syntax.children(token, "appos"):
        if names.of(child) is not None:
            return Reading(syntax.phrase_text(child)[0], "party.apposition")
    for child in syntax.children(token, "poss"):
        if child.pos_ == "PRON":
            return _read(memory.antecedent(child, index), "party.owner_pronoun")
    definite = any(c.dep_ == "det" and c.lower_ in _DETERMINERS for c in token.children)
    kind = head_types.get(token.lemma_.lower())
    # "the army" and "the two sides" are no group that was described
    is_state = kind in actor_types.with_trait("nations_own") or token.lemma_.lower() in words("side")
    is_of_no_state = kind in actor_types.outside_state()
    if definite and (is_of_no_state or ("group" in names.classes(token) and not is_state)):
        return _read(memory.described(index, token.i, is_of_no_state), "party.described_group")
    return None


def _read(text: str | None, rule_id: str) -> Antecedent:
    return None if text is None else Reading(text, rule_id)


def _of_pronoun(token: Token, index: int, names: SentenceNames, memory: Memory) -> Antecedent:
    if token.dep_ in ("dobj", "pobj") and not token.lower_.endswith(("self", "selves")):
        own = [syntax.phrase_text(s)[0] for s in syntax.subjects(syntax.clause(token))]
        return _read(memory.antecedent(token, index, apart_from=own), "party.object_pronoun")
    said = _read(_who_says_so_of_himself(token, names), "party.sayer_pronoun")
    did = said or _read(_who_did_before(token, names), "party.clause_pronoun")
    return did or _read(memory.antecedent(token, index), "party.pronoun")


def _apposed_person(token: Token, names: SentenceNames) -> Token | None:
    """Whom an office names, wherever the parse hangs the name.

    Example: "The head of the High Council for Reconciliation, Abdullah Abdullah".
    """
    if not names.classes(token) & {"person", "leader"} or syntax.is_plural(token):
        return None
    apposed = [t for t in token.subtree if t.dep_ == "appos" and (name := names.of(t)) and "person" in name.classes]
    between = {g for t in apposed for g in syntax.governors(t)[:6]}
    is_told = any(syntax.is_verb(g) and token in syntax.governors(g) for g in between)
    return apposed[0] if len(apposed) == 1 and not is_told else None


def _who_did_before(token: Token, names: SentenceNames) -> str | None:
    """The subject of the clause above, where the pronoun can be him.

    Example: "The gunman shouted before he was killed".
    """
    clause = syntax.clause(token)
    is_beside = clause.dep_ == "advcl" and syntax.is_verb(clause.head) and token.lower_ in ("he", "she")
    subjects = syntax.children(clause.head, "nsubj", "nsubjpass") if is_beside else []
    fits = [s for s in subjects if s.pos_ != "PRON" and not syntax.is_plural(s) and s.i < token.i]
    fits = [s for s in fits if names.classes(s) & {"person", "leader", "force", "civilian"}]
    return syntax.phrase_text(fits[0])[0] if fits else None


def _who_says_so_of_himself(token: Token, names: SentenceNames) -> str | None:
    """The subject of the saying, where the pronoun can be him.

    Example: "The union announced that it has called off the strike".
    """
    clause = syntax.clause(token)
    verb = clause.head
    if token.dep_ not in ("nsubj", "nsubjpass") or clause.dep_ != "ccomp" or not syntax.is_verb(verb):
        return None
    sayers = [s for s in syntax.subjects(verb) if s.pos_ != "PRON"]
    fits = [s for s in sayers if Memory.can_stand_for(token, names.classes(s), syntax.is_plural(s))]
    return syntax.phrase_text(fits[0])[0] if fits else None
