"""Pure decisions: values in, values out.

Here: what a snapshot is, how two models are compared, what a ledger row says, which codes the
weather gives. Standard library, numpy, pandas, pyarrow, scipy and scikit-learn (xclim and optuna
inside the functions that need them). No clock, no files, no network, no logging.

Rooms, each with a map of its own: `border` (what may enter the lake), `diagnosis` (what a home
lost), `explaining` (why a model says so), `features`, `incident` (a question and its dossier),
`ledger`, `models`, `park` (the simulated one), `scoring` (a batch of predictions), `tables`. Files,
in the order of a cycle:

which rows     `as_known` (known at an instant), `rows` (labelled), `windows` (which train, which
               judge) by `window_policy` and `window_facts`, `snapshots` (what identifies them)
a fit          `fitting`, `search` (its parameters), `leaks` (features that carry the label)
a comparison   `judged_rows` (losses, days and classes of the rows), `metrics`, `comparison` (all of
               it in numbers) from `clustering`, `sign_flip`, `interval`
a decision     `ending` (without scores), `judging` (from scores) through `adjudication` by `rules`
               and `guardrails` under a `policy`; `verdict` holds the words and the outcome
what follows   `projection` (MLflow against the ledger), `owed_cycles` (which cycles are missing),
               `references` (what assets hand over)
an incident    `filed_incident`: the head of its dossier
words          `names`, `instants`, `cron`, `leases`: the grammar of what people and files say;
               `wording`, `plain_text`, `redaction`: what is shown to people
years later    `provenance` (packages, a commit, a diff), `then_and_now` (beside those of now),
               `ingredients` of a version and its `reproduction`
values         `arrays`, `arrow`, `digest`, `manifest` (of files), `stored`: validated, asked,
               hashed, read back
errors         `causes` (the chain), `disk_facts` (what the system means)
"""
