"""How often the decision is wrong, and how often right: `python -m benchmarks.adjudication`.

Where things are:

* `streams.py`   losses of made-up models on made-up days, each a function of a generator
* `rates.py`     many independent cycles through `adjudicate`, and the share that ended each way
* `questions.py` what is asked: one function a table, each returning its rows
* `sliding.py`   a year of weekly cycles over holdouts that overlap
* `picture.py`   the power curves

Everything is seeded: the same code gives the same tables. A rate over n cycles has a standard error
of sqrt(rate * (1 - rate) / n), half a point at 2,000 cycles and a rate of .05. Tables and
picture are kept in docs/decisions.md.
"""
