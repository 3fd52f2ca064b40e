"""What is made: the tables (`data`), the cycle of each model (`cycle`), the ledger (`registry`), and
what the versions that serve say of each day (`predictions`).

A cycle is a chain of five: `row_sets` (what trains, what judges) and `decision` (candidate,
verdict, pointer). What they share is in `chain`, what their pages show in `chain_metadata`, what
must hold of their rows in `chain_checks`.

An asset's body calls one action and returns its reference with metadata. Add an asset here when
people should see that something was made; how it is made stays in `actions/`.
"""
