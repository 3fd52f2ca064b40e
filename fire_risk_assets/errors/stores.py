"""What stores, engines and the home say: where things are kept, and who may write there."""

from fire_risk_assets.errors.root import FireRiskError


class HomeUnusable(FireRiskError):
    """The home folder is missing, read-only, or not one of ours."""

    default_remedy = "Point FIRE_RISK_HOME or --home at a folder this user may write to."


class HomeReadOnly(HomeUnusable):
    """The home is there and this user, or nobody, may write to it."""

    default_remedy = (
        "Give this user the right to write there (`chmod -R u+rwX`, or a mount that is not"
        " read-only), or use another home with --home. `fire-risk status`, `history` and `at` only"
        " read and work as it is."
    )


class HomeOfOtherVersion(HomeUnusable):
    """The home's format, or the columns of one of its tables, are those of another version."""

    default_remedy = (
        "Nothing was changed. Use the version of fire_risk_assets that made the home, or make a"
        " new home with --home and take the same files in again."
    )


class StorageFull(FireRiskError):
    """A write failed for want of space."""

    permanent = False
    default_remedy = "Free disk space and repeat the command; what was recorded is whole."


class StorageFailing(FireRiskError):
    """The disk, and nothing about what is on it, is why something was not read or written."""

    permanent = False
    default_remedy = (
        "Look at the disk, how it is mounted (`dmesg` says more) and how much room is left (`df`;"
        " SQLite calls a full disk failing too), then repeat the command; what was recorded is"
        " whole."
    )


class StoreBusy(FireRiskError):
    """A database or lease is held by another process."""

    permanent = False
    default_remedy = "Wait for the other process, then repeat the command."


class LeaseUnavailable(FireRiskError):
    """The server that keeps the leases does not answer; nobody knows who holds them."""

    permanent = False
    default_remedy = (
        "Bring the Postgres server of lease_uri back, or correct that setting"
        " (FIRE_RISK_LEASE_URI); then repeat the command."
    )


class InstanceUnavailable(FireRiskError):
    """Dagster's own database does not answer, or its configuration cannot be used."""

    permanent = False
    default_remedy = (
        "Correct dagster/dagster.yaml in the home, set the variables it asks for, or bring its"
        " database back; then repeat the command."
    )


class LakeUnavailable(FireRiskError):
    """The object store that keeps the tables does not answer, or not to this user."""

    permanent = False
    default_remedy = (
        "Bring the store back, or correct lake_uri, lake_options or the AWS_ variables; then"
        " repeat the command. What was recorded is whole."
    )


class StoreBroken(FireRiskError):
    """A table, database or document of the home cannot be read as what it should be."""

    default_remedy = "Restore the file from a backup; nothing was changed."


class RegistryUnavailable(FireRiskError):
    """The model registry does not answer."""

    permanent = False
    default_remedy = (
        "Bring the MLflow server or database back, then repeat; the cycle is resumable."
    )


class TableMissing(FireRiskError):
    """A table was read before anything was written to it."""

    default_remedy = "Ingest data first (`fire-risk ingest`), or run `fire-risk run`."


class EngineUnavailable(FireRiskError):
    """The engine that was asked for cannot be had here."""

    permanent = False
    default_remedy = (
        "See docs/scaling.md for what it needs, or use the local engine (FIRE_RISK_ENGINE=local);"
        " nothing was changed."
    )


class EngineFailed(FireRiskError):
    """Spark ended in an error of its own; nothing of the step became visible."""

    permanent = False
    default_remedy = "Look at Spark's log, then repeat the command; what was recorded is whole."


class ForeignWriter(FireRiskError):
    """A table is stamped with another writing engine, or uses features we must not touch."""

    default_remedy = (
        "Use the engine that owns the table (FIRE_RISK_ENGINE), or hand the home's tables over:"
        " `fire-risk engine take-over`."
    )
