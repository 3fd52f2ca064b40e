"""How long holdout and training window are, how far apart, and what they need at least."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fire_risk_assets.errors import InvalidSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPolicy:
    """Lengths and minima of the windows; the evidence for the defaults is in docs/decisions.md.

    Raises:
        InvalidSetting: values outside their domain, all of them in one message.

    >>> WindowPolicy().looks_allowed
    4
    >>> half_yearly = WindowPolicy(
    ...     label_lag_days=30, holdout_weeks=52, max_holdout_weeks=52, cycle_days=182
    ... )
    >>> half_yearly.looks_allowed
    2
    """

    label_lag_days: int = 14
    """Reports are waited for so long; after 14 days 95 % have come."""
    label_window_hours: int = 0
    """How long after its own time a row's label may still turn: 24 for cell-days."""
    embargo_days: int = 1
    """Least distance of training and holdout; at least 1, since rows of a day share its weather."""
    holdout_weeks: int = 4
    max_holdout_weeks: int = 26
    """The holdout reaches back so far when fires are rare."""
    cycle_days: int = 7
    """Time between two cycles."""
    training_weeks: int | None = None
    """Length of the training window; None: everything."""
    min_rows: int = 80
    min_clusters: int = 20
    min_positives: int = 0
    """Above 0 for classification only."""

    def __post_init__(self) -> None:
        faults = [
            f"{name} is {getattr(self, name)!r}; expected at least {least}"
            for name, least in (
                ("label_lag_days", 0),
                ("label_window_hours", 0),
                ("embargo_days", 1),
                ("holdout_weeks", 1),
                ("max_holdout_weeks", self.holdout_weeks),
                ("cycle_days", 1),
                ("min_rows", 1),
                ("min_clusters", 1),
                ("min_positives", 0),
            )
            if getattr(self, name) < least
        ]
        if self.training_weeks is not None and self.training_weeks < 1:
            faults.append(f"training_weeks is {self.training_weeks}; expected at least 1 or None")
        if faults:
            raise InvalidSetting("window policy: " + "; ".join(faults))

    @property
    def looks_allowed(self) -> int:
        """In how many deciding cycles a row may judge: planned holdout length / cycle period."""
        return -(-self.holdout_weeks * 7 // self.cycle_days)

    @property
    def gap(self) -> timedelta:
        """Time between the last training row and the first holdout row.

        The label window of a training row must have ended too, else a fire of the holdout's first
        hours would be known to it.
        """
        return max(timedelta(days=self.embargo_days), timedelta(hours=self.label_window_hours))

    def holdout_until(self, as_of: datetime) -> datetime:
        """Return the end of the holdout: all label windows before it ended a label lag ago."""
        lag = timedelta(days=self.label_lag_days)
        return as_of - lag - timedelta(hours=self.label_window_hours)
