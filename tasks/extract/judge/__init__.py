"""A small learned judge beside the rules: what a sentence is about, by its words and by what the rules say of it.

`features.py` says what it looks at, `weights.py` what it thereby believes, `verdicts.py` what it may do to a mention.
Where it is switched off, the rules stand alone.
"""

from tasks.extract.judge.verdicts import Judge, Judgement

__all__ = ["Judge", "Judgement"]
