"""The chapters of a dossier, one a file: what it says, and the claims that go with it.

* `scene.py`            what all look at: question, ledger, the move in force, versions asked
* `cell_day.py`         the observation and the features of its day, as known then and now
* `who_served.py`       which version, since when, by which verdict
* `what_it_said.py`     stored and recomputed predictions, neighbours, fires
* `what_it_saw.py`      features then and now, corrections, place among the training rows
* `what_if.py`          other versions, and a rollback on that day
* `what_it_stood_on.py` snapshots, code, environment, runs, lineage

`actions/investigate.py` puts them together.
"""
