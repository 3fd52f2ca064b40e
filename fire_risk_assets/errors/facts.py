"""What is wrong with what was asked, offered, fitted or decided."""

from fire_risk_assets.errors.root import FireRiskError


class UsageError(FireRiskError):
    """What was asked for cannot be understood."""

    default_remedy = "Correct the argument; `fire-risk --help` lists what is accepted."


class InvalidName(UsageError):
    """A model, table, cell or cycle name is outside the grammar."""


class InvalidTime(UsageError):
    """A time or date could not be read."""

    default_remedy = "Write times as ISO 8601, for example 2026-09-28 or 2026-09-28T12:00:00Z."


class InvalidSetting(UsageError):
    """A setting or policy has a value outside its domain."""

    default_remedy = "Correct the value in fire_risk.toml or the environment."


class UnknownModel(UsageError):
    """No model of that name is configured."""


class UnknownMetric(UsageError):
    """No metric of that name is defined."""

    default_remedy = "Use one of the names listed in the message."


class InvalidScores(FireRiskError):
    """Losses, predictions or labels that no comparison can be made of (NaN, shape, domain)."""

    default_remedy = (
        "Look at the model that made the predictions; a missing score is never a score."
    )


class InvalidVerdict(FireRiskError):
    """A verdict has unknown or missing fields, or a reason code foreign to its kind."""

    default_remedy = "Read the document with the version that wrote it."


class FeaturesOwed(FireRiskError):
    """An observation earlier than the batch has no feature row to carry on from."""

    default_remedy = "Hand the observations without features over together, oldest included."


class NothingToScore(FireRiskError):
    """No features of the days asked for are known."""

    default_remedy = (
        "Take their weather in first (`fire-risk ingest`, `fire-risk run`), or ask for other days."
    )


class FeatureUnknown(FireRiskError):
    """A model version is predicted from a column the features table does not have."""

    default_remedy = (
        "Use the version of fire_risk_assets, or of the model's own package, that made the model,"
        " or promote one that was fitted on the features there are."
    )


class FileRejected(FireRiskError):
    """A whole input file was refused; nothing of it was written."""

    def __init__(self, code: str, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.code = code

    default_remedy = "Repair the file and ingest it again."


class DigestMismatch(FireRiskError):
    """A snapshot or document no longer has the content its digest promises."""


class KnownTooLate(FireRiskError):
    """Rows were handed over that nobody knew at the cycle's instant."""

    default_remedy = (
        "Nothing was decided. What reads the tables must leave out rows known after as_of; see"
        " `core/as_known.py`."
    )


class ArtifactMismatch(FireRiskError):
    """Model files differ from their recorded manifest."""

    default_remedy = "Restore the artifact from a backup, or roll back to a version that verifies."


class ArtifactRejected(FireRiskError):
    """Model files ask for code or types outside the allow-list."""

    default_remedy = "Only scikit-learn pipelines saved as skops with known types are loaded."


class ProofUnfinished(FireRiskError):
    """The process that proves models ended or gave no answer: nothing is known of the model."""

    permanent = False
    default_remedy = "Repeat it when the machine has memory and time to spare."


class LedgerBroken(FireRiskError):
    """registry_status has a gap, a changed row, or a broken chain."""

    default_remedy = "Compare with a backup; no promotion happens until the chain is whole."


class HeadMoved(FireRiskError):
    """Another promoter appended a row for this model since the head was read."""

    permanent = False
    default_remedy = "Repeat: the decision is judged again against the new head."


class CandidateMissing(FireRiskError):
    """A cycle has rows to judge a candidate on, and fitted none when it had too few."""

    permanent = False
    default_remedy = "Repeat the cycle: a candidate will be fitted."


class ProjectionUnsettled(FireRiskError):
    """MLflow did not agree with the ledger's head however often it was brought into line."""

    permanent = False
    default_remedy = (
        "What was decided is recorded and stands. When no other cycle or operator moves the model,"
        " run `fire-risk reconcile`."
    )


class ProjectionOwed(FireRiskError):
    """An operator's move is on record, and bringing MLflow into line with it was not finished."""

    permanent = False
    default_remedy = (
        "Do not ask for it again. Once the cause is gone, `fire-risk reconcile` brings MLflow into"
        " line; so do the next cycle and the reconcile sensor."
    )


class StepFailed(FireRiskError):
    """A step ended in an error of a library, or in one nobody foresaw; its cause is that error."""

    default_remedy = "See the run's events in the Dagster UI (`make ui`)."


class RequestRefused(FireRiskError):
    """An operator's request the protocol does not allow."""


class NothingServed(FireRiskError):
    """No model served at the time asked for."""

    default_remedy = "See `fire-risk history MODEL` for when the first version was promoted."


class RegistryDrift(FireRiskError):
    """MLflow shows something no ledger row explains."""

    default_remedy = (
        "Run `fire-risk reconcile` to restore it, or `--adopt --reason …` to record it."
    )
