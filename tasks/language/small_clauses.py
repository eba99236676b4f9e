"""Put right how the small model parses what became of people behind "left": "left one dead and over a dozen hurt".

In come a parsed sentence and the adjectives that tell what became of people, out comes the same Doc, where each of them
has those of whom it is said as its subject, or their bare number as its own, and the verb as its head. The model reads
the same words now as an object with its participle, now as a second clause, now as a noun.
"""

from __future__ import annotations

from collections.abc import Set

from spacy.tokens import Doc, Token

_LEAVES = frozenset("leave leaves leaving left".split())
_PEOPLE = frozenset("NN NNS NNP NNPS CD PRP".split())
_BARE_NUMBERS = frozenset("several many some numerous".split())
# what may stand beside a noun or number in its phrase
_IN_PHRASE = _PEOPLE | frozenset("DT PDT PRP$ POS JJ JJR JJS RB RBR RBS IN CC , HYPH VBN VBG".split())
_ENDS_PHRASE = frozenset("to with after before while when as by from in at on near".split())
_PARTS = frozenset("including among".split())
_JOINS = frozenset(("and", ",", "but", "or"))
_LONGEST = 14


def part_small_clauses(doc: Doc, states: Set[str]) -> None:
    """Put right, in place, every chain of people and what became of them behind a form of "leave"."""
    for verb in doc:
        if verb.lower_ in _LEAVES and (verb.lower_ != "left" or verb.pos_ == "VERB"):
            _part_chain(verb, states)


def _part_chain(verb: Token, states: Set[str]) -> None:
    """All that a verb left so: each pair of people and state, joined by commas and "and"."""
    begin, first = verb.i + 1, None
    while (state := _next_state(verb, begin, states)) is not None:
        after = _next_pair(state)
        if verb in state.subtree or (after is not None and verb.doc[after].lower_ in states):
            return  # the parse turns on another verb here; "left many dead and wounded" numbers neither
        _part(list(verb.doc[begin : state.i]), state)
        state.pos_, state.tag_, state.lemma_ = "ADJ", "JJ", state.lower_
        state.head, state.dep_ = (verb, "oprd") if first is None else (first, "conj")
        first = first or state
        if after is None:
            return
        begin = after


def _next_state(verb: Token, begin: int, states: Set[str]) -> Token | None:
    """The state of the people whose phrase begins at an index; None where no such phrase does."""
    for word in verb.doc[begin : begin + _LONGEST]:
        if word.sent != verb.sent:
            return None
        if word.lower_ in states:
            is_verb = any(child.dep_ == "dobj" for child in word.children)
            return word if not is_verb and any(_counts(t) for t in verb.doc[begin : word.i]) else None
        if word.tag_ not in _IN_PHRASE or word.lower_ in _ENDS_PHRASE:
            return None
    return None


def _counts(token: Token) -> bool:
    return token.tag_ in _PEOPLE or token.lower_ in _BARE_NUMBERS


def _next_pair(state: Token) -> int | None:
    """The index where the next pair may begin, behind a joining word and what the last one includes."""
    doc, at = state.doc, state.i + 1
    if at + 1 < len(doc) and doc[at].text == "," and doc[at + 1].lower_ in _PARTS:
        at = next((i for i in range(at + 1, min(at + _LONGEST, len(doc))) if doc[i].text == ","), at)
    begin = at
    while at < len(doc) and doc[at].lower_ in _JOINS:
        at += 1
    return at if begin < at < len(doc) else None


def _part(phrase: list[Token], state: Token) -> None:
    """Hang a phrase of people on what became of them, and what else of it the parse hung elsewhere on the phrase."""
    inside = {token.i for token in phrase}
    people = [token for token in phrase if _counts(token)]
    outer = [token for token in people if token.head.i not in inside]
    head = outer[0] if outer else people[-1]
    if head.lower_ in _BARE_NUMBERS:
        head.pos_, head.tag_ = "NUM", "CD"
    head.head, head.dep_ = state, "nummod" if head.tag_ == "CD" else "nsubj"
    for token in phrase:
        if token != head and token.head.i not in inside:
            token.head = head
