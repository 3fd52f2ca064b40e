"""How a cycle ends without scores: the order of the rules that come before any comparison.

One function, asked by the cycle when it judges and by the preview that foretells it. What is
decided on scores is in `adjudication` and `judging`; why rows are too few is in `windows`.
"""

from collections.abc import Sequence
from datetime import datetime

from fire_risk_assets.core.ledger.fold import later_decision
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.verdict import Kind, Reason, Verdict
from fire_risk_assets.core.windows import Stop


def out_of_order(rows: Sequence[LedgerRow], as_of: datetime) -> Verdict | None:
    """Return the refusal of a cycle that an already decided, later one has overtaken."""
    later = later_decision(rows, as_of)
    if later is None:
        return None
    return Verdict(
        kind=Kind.REFUSE,
        reason_code=Reason.OUT_OF_ORDER,
        reason=f"Cycle {later.cycle_id} was decided as of {later.as_of:%Y-%m-%d}, later than this"
        f" cycle's {as_of:%Y-%m-%d}; an older cycle never moves the pointer.",
    )


def ending_without_scores(
    *, training: Stop | None, holdout: Stop | None, leaks: Sequence[str], baseline: bool
) -> Verdict | None:
    """Return the verdict that the rows alone lead to, None when models must be compared.

    Comes after `out_of_order`, which needs no rows.

    Args:
        training: Why nothing can be fitted, if nothing can.
        holdout: Why nothing can be judged, if nothing can.
        leaks: What training and holdout share, or which feature carries the label.
        baseline: Nothing serves, and a naive baseline is fitted, or can be.

    >>> str(ending_without_scores(training=None, holdout=None, leaks=["7-4"], baseline=True).kind)
    'refuse'
    """
    if training is None and holdout is not None and baseline:
        return Verdict(
            kind=Kind.PROMOTE,
            reason_code=Reason.FIRST_BASELINE,
            reason=f"Nothing served and nothing can be judged yet ({holdout.reason}) The naive"
            " baseline becomes the first version; every later candidate must beat it.",
            reference="baseline",
        )
    if (stop := training or holdout) is not None:
        return Verdict(kind=stop.kind, reason_code=stop.reason_code, reason=stop.reason)
    if leaks:
        reason = f"These rows cannot judge: {' '.join(leaks)}"
        return Verdict(kind=Kind.REFUSE, reason_code=Reason.LEAK, reason=reason)
    return None
