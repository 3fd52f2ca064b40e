"""What is made: `data.py` the tables, `chain.py` each model's cycle, `registry.py` the ledger.

An asset's body calls one action and returns its reference with metadata. Add an asset here when
people should see that something was made; how it is made stays in `actions/`.
"""
