"""The command line: `fire-risk`. Thin: parse, call an action, show its report, say how it ended.

Where things are:

* `main.py`        the entry point and its last line: every ending becomes a sentence and a code
* `commands.py`    what all commands share: options, the sections of the help, settings
* `reading.py`     status, history, at, models: neither MLflow nor Dagster is imported
* `doctor.py`      doctor: what the home has lost, and what is safe to put right
* `changing.py`    cycle, ingest, simulate; `cycle_plan.py` a cycle's dry run, and the last tick;
                   `intake_view.py` what is said of a file taken in
* `scoring.py`     score: predictions for some days
* `reproducing.py` reproduce: a version made again
* `quarantine.py`  rows set aside: list, show, replay
* `operating.py`   promote, rollback, reconcile; `reconciling.py` one model of the last;
                   `findings.py` what is wrong, with what to do
* `investigating.py`  investigate: the dossier of an incident; `archives.py` export-incident, verify
* `site.py`        web pages of what the ledger says
* `run.py`         the main job; `run_plan.py` what it owes; `run_view.py` what it did;
                   `landing_view.py` files left lying; `park.py` which park an empty home gets
* `engine.py`      which engine writes the data tables: show, take-over
* `servers.py`     `ui`: three servers, started and stopped together by `processes.py`
* `render.py`      the only place that writes to the terminal; `status_view.py` rows and tables,
                   `as_typed.py` commands as this shell calls them
* `exit_codes.py`  which fact ends in which code

Add a command when a person needs a verb that `actions/` has.
"""
