"""Words of a batch that look alike to a model are embedded once: of what it does before it parses, a quarter.

In comes a spaCy pipeline, out comes the same, whose embedding layers look at each distinct word of a batch once, by all
that they see of it. Embeddings made otherwise, such as those with vectors, stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from spacy.language import Language
from thinc.model import Model
from thinc.types import Ragged

# from docs to what is seen of their words, and from embedded words to docs
_BEFORE, _BEHIND = ["extract_features", "list2ragged"], ["ragged2list"]


def embed_once(nlp: Language) -> None:
    """Have the embedding layers of a pipeline look at each distinct word of a batch once, in place."""
    for _, pipe in nlp.components:
        model = getattr(pipe, "model", None)
        for layer in list(model.walk()) if isinstance(model, Model) else []:
            names = [inner.name for inner in layer.layers]
            if len(names) > len(_BEFORE + _BEHIND) and names[:2] == _BEFORE and names[-1:] == _BEHIND:
                inner = layer.layers[2:-1]
                layer.layers[2:-1] = [Model("embed_once", _forward, layers=inner)]


def _forward(model: Model[Any, Any], words: Any, is_train: bool) -> tuple[Ragged, Callable[[Any], Any]]:
    """What the layers make of the words; it is not trained."""
    seen: Any = np.ascontiguousarray(words.data)
    rows = seen.view(np.dtype((np.void, seen.dtype.itemsize * seen.shape[1]))).ravel()
    first, which = np.unique(rows, return_index=True, return_inverse=True)[1:]
    made: Any = Ragged(seen[first], model.ops.asarray1i([len(first)]))
    for layer in model.layers:
        made = layer.predict(made)
    return Ragged(made.dataXd[which], words.lengths), lambda gradient: gradient
