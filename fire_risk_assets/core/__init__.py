"""Pure decisions: values in, values out.

Here: what a snapshot is, how two models are compared, what a ledger row says, which codes the
weather gives. Standard library, numpy, pandas, pyarrow, scipy and scikit-learn (xclim and optuna
inside the one function that needs each). No clock, no files, no network, no logging.
"""
