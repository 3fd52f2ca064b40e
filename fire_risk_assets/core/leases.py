"""Names of the leases: who holds one works alone."""

INGEST = "ingest"
"""Held by whoever adds a batch: the others wait. Safety does not rest on it, see `record_batch`."""

BOOTSTRAP = "bootstrap"
"""Held by whoever makes a home."""

BOOTSTRAP_DAGSTER = "bootstrap_dagster"
"""Held by whoever opens a home's Dagster instance for the first time."""

SERVERS = "servers"
"""Held while a home's servers run: a home is served once."""


def spark_commit(table: str) -> str:
    """Return the lease under which Spark commits to a table.

    Two of its processes overwrite each other's commits on a local disk.
    """
    return f"spark_{table}"


def promotion(model_name: str) -> str:
    """Return the lease under which a model's head moves and MLflow follows it."""
    return f"promote_{model_name}"


def scoring(model_name: str) -> str:
    """Return the lease under which a model's batches are written: two need not work on one."""
    return f"score_{model_name}"
