"""What an event did, in words: one vocabulary for the terminal and the pages."""

from fire_risk_assets.core.verdict import Kind

_DID: dict[str, str] = {
    Kind.PROMOTE: "promoted version {version}",
    Kind.KEEP: "kept what serves",
    Kind.UNDECIDED: "could not decide",
    Kind.REFUSE: "was refused",
    Kind.FAIL: "failed",
    Kind.ROLLBACK: "rolled back to version {version}",
    Kind.ADOPT: "adopted version {version}",
    Kind.REPAIR: "restored MLflow",
    Kind.RELEASE: "was a step of a release",
}


def done_by(kind: str, version: int | None) -> str:
    """Return what an event of this kind did; its cycle or key is the subject of the sentence.

    Args:
        kind: Of the row.
        version: What serves after it.

    >>> done_by("promote", 3), done_by("keep", 3)
    ('promoted version 3', 'kept what serves')
    """
    return _DID.get(kind, kind).format(version=version)
