"""The outside world: Delta tables, the MLflow registry and runs, files, leases, the clock.

One file a thing of the world; each keeps the law of a port in `ports/`. An adapter makes no
decision of the domain: what to write or whom to promote comes from `core` through `actions`.

Delta      `lake` (a folder or an object store), `delta_tables` (data), `delta_ledger` (the one
           writer of `registry_status`), `open_tables` (held open), `delta_growth` (columns gained),
           `delta_streams` (in parts), `delta_filters`, `delta_writers` (which engine),
           `delta_errors`; `lake_engine` (what engines do alike), `local_engine` (the kernels of
           `core` over the tables), `local_scoring`
Spark      `spark/`: the same over the same tables, when one machine is not enough
MLflow     `mlflow_store` (its first start), `mlflow_registry`, `mlflow_listing` (all runs at
           once), `mlflow_runs`, `mlflow_endings` (runs nobody ended), `mlflow_facts` (its errors)
models     `model_vault` (files, checked and only then loaded) by `artifact_manifest`;
           `model_places` (where they are, and whether);
           `model_prover` and its child process `model_child` (does it load?)
landing    `landing` (a file, opened with suspicion) by `landing_text`, `landing_csv`,
           `landing_parquet` within `landing_limits`; `landing_folder` and its `landing_memory`;
           `park_files` (the simulated park, written)
a home     `home_document` (what it is), `first_start` (taken back when it fails),
           `file_references`, `atomic_file`, `durable` (flushed), `write_errors`, `sqlite_files`
           (databases of libraries, looked at first)
the host   `system_clock`, `file_lease`, `host_processes`, `provenance` (code and packages; of git
           `work_tree`), `scratch` (temporary folders), `crash_point` (for tests); between hosts
           `postgres_lease`
pages      `evidence/`: the page of a verdict and its figures; `site_folder` (where pages are
           published), `incident_folder`, `incident_archive` (dossiers that were made)
"""
