"""What is made: tables, cycles, the ledger, predictions, dossiers.

`data` has the tables, `cycle` the chain of each model, `registry` the ledger, `site` its pages,
`predictions` what production says of each day, `incidents` the dossiers.

A cycle is a chain of five: `row_sets` (what trains, what judges) and `decision` (candidate,
verdict, pointer). What they share is in `chain`, what their pages show in `chain_metadata`, what
must hold of their rows in `chain_checks`.

An asset's body calls one action and returns its reference with metadata. Add an asset here when
people should see that something was made; how it is made stays in `actions/`.
"""
