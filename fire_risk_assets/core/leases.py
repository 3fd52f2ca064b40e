"""Names of the leases: who holds one works alone."""

INGEST = "ingest"
"""Held by whoever adds a batch: their numbers have no gaps and no ties."""


def promotion(model_name: str) -> str:
    """Return the lease under which a model's head moves and MLflow follows it."""
    return f"promote_{model_name}"
