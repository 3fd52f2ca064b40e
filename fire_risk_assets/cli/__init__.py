"""The command line: `fire-risk`. Thin: parse, call an action, show its report, say how it ended.

Where things are:

* `main.py`        the entry point and its last line: every ending becomes a sentence and a code
* `commands.py`    what all commands share: options, the sections of the help, settings
* `reading.py`     status, history, at, models: neither MLflow nor Dagster is imported
* `changing.py`    cycle, ingest, simulate
* `operating.py`   promote, rollback, reconcile: what an operator does to the pointer
* `run.py`         the main job; `park.py` the simulated park as files; `owed.py` what is left to do
* `servers.py`     `ui`: three servers, started and stopped together
* `render.py`      the only place that writes to the terminal
* `exit_codes.py`  which fact ends in which code

Add a command when a person needs a verb that `actions/` has. Rules and effects stay out.
"""
