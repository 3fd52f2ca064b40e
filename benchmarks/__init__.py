"""What the platform costs beside what it wraps: `make bench`, one file a measurement.

Where things are:

* `harness.py`     fresh processes, warm-up, alternation, medians, ratios, targets
* `scratch.py`     the temporary home and tables everything is measured on
* `fits.py`        the fits that all contestants share
* `cold_cycle.py`  a cold cycle against the book's way and the floor (`book_way.py`, `floor.py`)
* `warm_cycle.py`  what a warm cycle adds to its bare search, fit and score
* `reading.py`     `status` and `at` from cold against `import click`
* `backfill.py`    whether fifty cycles in a row grow dearer
* `new_day.py`     a new day of weather, early and late in a history
* `ledger.py`      what old ledgers cost
* `incident.py`    the dossier of an incident, and Shapley values
* `site.py`        the pages of many models
* `doctor.py`      `fire-risk doctor` on 5,000 cycles: `many_cycles.py` makes them, of the models of
                   `many_models.py`, with the rows of MLflow that `cloned_registry.py` copies
* `laps.py`        laps of a contestant that is a script; `machine.py` what it ran on
* `features_at_scale.py`  features of many cells over many years, on each engine
* `delta_jars.py`  Delta's jars for Spark, resolved once
* `first_run.py`   `fire-risk run` on an empty home
* `spark.py`       many rows, `make bench-spark`: `scoring.py` a batch against the bare pipeline, on
  a home of `clones.py`; `scoring_on_spark.py` the same on Spark, beside MLflow's own way;
  `engines.py` a cycle and a large file on both engines
* `adjudication/`  no speed: how often the decision is wrong, `python -m benchmarks.adjudication`

Times depend on the machine and on what else runs there; ratios come from contestants that ran by
turns. Laws about speed stay out of the tests: they would fail on a busy day. What the figures
were, and on which machine, is in docs/performance.md.
"""
