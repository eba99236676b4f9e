"""Actors: who acts, by the register of seeds/actors.csv and by the words for unnamed actors.

In come texts and the frames of the actor vocabularies and the countries; out go name spans and readings of actor
phrases. Refused are registers that contradict themselves; a phrase that names nobody known keeps its words.
"""

from tasks.knowledge.actors.actor_register import ActorRegister, register_of
from tasks.knowledge.actors.cells import ActorRegisterError
from tasks.knowledge.actors.named_actors import ActorSpan

__all__ = ["ActorRegister", "ActorRegisterError", "ActorSpan", "register_of"]
