"""`registry_status`: what a row says, how rows chain, and what a list of rows means.

State is a fold of rows; nothing here changes one. Standard library only, because `status`,
`history` and `at` must start in a fraction of a second (the Arrow schema of the table is in
`core/tables/registry_status.py`).

`row` is the value, `events` makes one of what happened, `kinds` groups the words. `fold` says what
a list of rows means, `lineage` what a version was trained on, `chain` whether the list is whole,
`invariants` which number a finding carries, `telling` what a row says in words.
"""
