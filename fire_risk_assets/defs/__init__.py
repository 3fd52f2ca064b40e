"""The Dagster skin: one concept a file, no decision in any of them.

Where things are:

* `build.py`       the assembly: settings in, `Definitions` out, each part named
* `assets/`        what is made: tables (`data`), the ledger (`registry`), its pages (`site`),
                   dossiers (`incidents`), the chain of each model (`cycle`: `row_sets`, `decision`;
                   shared: `chain`, `chain_checks`, `chain_metadata`)
* `checks.py`      what must hold of stored data before anything builds on it
* `health.py`      the doctor as a check: what schedules and runs add to a diagnosis
* `resources.py`   the home an asset works in, and the cycle a run is about
* `io_managers.py` how references travel from asset to asset: as documents of the home
* `partitions.py`  which dates are cycles
* `incidents.py`   what opens an incident: a form, and a sensor on fire reports
* `lineage.py`     which assets a cycle is made of, kept with it
* `jobs.py`, `schedules.py`, `sensors.py`, `landing.py`   what runs, and when
* `site_sensor.py` when the pages of the home are made again
* `owed.py`        which cycles of a schedule are missing, by its ticks, the ledger and the runs
* `tracking.py`    the MLflow run of a Dagster run; the only file that knows dagster-mlflow
* `dead_runs.py`  runs whose process was killed, reported as failed
* `operators_events.py`   what the command line did to the pointer, as events of the assets
* `run_origin.py`  which code location a run belongs to; the only file that knows Dagster's inside
* `failures.py`    what an error means to Dagster, and the ledger row of a failed attempt
* `metadata.py`    how values are shown in the UI
* `instance.py`    the Dagster instance of a home
* `launch.py`      what the command line calls: a cycle, or the data, through the same jobs;
                   `launch_site.py` the pages of the home

Asset bodies call one action and return its reference. Add a verb to `actions/`, then wrap it here.
"""
