"""What a home lost: ledger, registry, runs, files and schedule held against each other.

`finding` is what is told, `kept` what the rows name and MLflow must still have, `leftovers` what no
row names, `projected` what MLflow shows, `overdue` cycles that never ran, `verified` whose files
and rows are looked at whole. Pure: what there is is handed in by `actions/diagnose.py`; what must
hold of the ledger by itself is in `core/ledger`.
"""
