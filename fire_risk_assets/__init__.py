"""fire_risk_assets: retrain fire-risk models, judge each candidate honestly, record every decision.

Where do I go to…?

- see the architecture: the folder names, in the order imports may go:
  `cli | on_spark | notebook → definitions → defs → pages → wiring`,
  `wiring → settings → actions | adapters → ports → core → errors`
- change how two models are compared: `core/adjudication.py`
- change what a ledger row says or when it is whole: `core/ledger/`
- add a model: one file in `core/models/`
- add a rule for incoming data: `core/border/rules.py`
- add a feature: `core/features/`
- do something new with the lake and the registry: one verb a file in `actions/`
- talk to another storage, registry or clock: a class in `adapters/` that keeps a law in `ports/`
- change what Dagster shows or schedules: `defs/`
- change a page people read without Dagster or MLflow: `pages/`
- change the command line: `cli/`
- ask a home from a notebook: `notebook.py`
- work in Spark on the tables of a home: `on_spark.py`; the Spark engine is `adapters/spark/`
- find every setting: `settings/`, the only reader of the environment
"""

import os

# Here, because MLflow looks when it is imported, by whichever module of ours comes first.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
