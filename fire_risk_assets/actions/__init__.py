"""One verb a file, shared by Dagster and the command line.

An action takes ports and policies, lets `core` decide, makes the effect, returns a frozen report.
No Dagster, no MLflow, no Delta here, and no formatting: the callers show what they are handed.

In the order of a cycle:

data        `take_in_landed`, `ingest` (its books: `ingest_record`, `ingest_report`),
            `find_owed_data`, `build_features`; a batch and its number: `batches`;
            what was set aside, and repaired: `set_aside`, `replay`;
            what tells units: `recent_weather`
cycle       `open_cycle`, `plan_cycle` (what it stands on), `build_snapshots` (its rows),
            `train_candidate` (TRAIN, LOADS, REGISTER; looked up by `registered`),
            `judge_candidate` (JUDGE; by `score_holdout`, into a `judgement`), `freeze_scores` and
            `publish_verdict`, which `adjudicate_cycle` calls, and `decide_cycle` (LEASE to
            VERIFY); `preview_cycle` foretells it
ledger      `append_event` (COMMIT, READBACK), `project` (ALIAS, STAGE, VERIFY), `reconcile`;
            `attempts` (marks), `record_failure`, `recover` (both, for whoever holds no lease)
scoring     `score_batch`, by the version that `resolve_serving` finds; `predicted`: what is
            stored; `find_owed_days`
incidents   `investigate` (its chapters are in `incident`), `file_incident`;
            `find_low_scored_fires`; `export_incident`
again       `reproduce` (a version, bit for bit) from a `recorded_fit`, by `reproduced_rows` and
            `same_predictions`
people      `change_pointer` (promote, rollback; by `pointer_event` and `resolve_version`), `status`
pages       `describe_site`, `publish_site`
tables      `check_tables`, `check_invariants`, `check_predictions`, `recompute_verdict`,
            `rebuild_snapshot`, `frozen_scores`; `compact`; `take_over` (which engine writes them)
losses      `diagnose` (a home as a whole), `diagnose_model` (ledger, registry and files of one
            model), `check_files` (every byte), `check_snapshots` (rows rebuilt)
"""
