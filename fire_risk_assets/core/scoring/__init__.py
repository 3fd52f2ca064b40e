"""Scoring a batch: which days, as known when, and what a row of predictions says. Pure.

* `days.py`    the days of a batch, when each counts as known, stretches that one version served
* `batch.py`   what identifies a batch and what all of its rows carry alike
* `kernel.py`  feature rows of whole days in, rows of predictions out: what every engine applies

Which version serves is the ledger's (`core/ledger/fold.py`); reading, loading and writing stay out.
"""
