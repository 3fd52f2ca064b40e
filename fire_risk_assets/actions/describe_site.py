"""What the site tells of each model, read from the ledger, the references and filed dossiers alone.

No MLflow, no scikit-learn, no data tables: the site can be made of a copy of a home, years later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from fire_risk_assets.actions.status import ModelStatus, recorded_status
from fire_risk_assets.core.filed_incident import FiledIncident
from fire_risk_assets.core.ledger.fold import is_cycle_decision
from fire_risk_assets.core.ledger.kinds import POINTER_MOVES
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.verdict import Kind
from fire_risk_assets.ports.pages import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time in which one version served without a break.

    Attributes:
        until: None: it serves still.
        row: The pointer move that began it.
    """

    version: int
    since: datetime
    until: datetime | None
    row: LedgerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """One model as its page shows it; all lists are oldest first.

    Attributes:
        rows: Its ledger, ordered by seq.
        stretches: What served, one after the other.
        incidents: Of this model, the latest first.
    """

    status: ModelStatus
    rows: tuple[LedgerRow, ...]
    stretches: tuple[Stretch, ...]
    incidents: tuple[FiledIncident, ...]

    @property
    def name(self) -> str:
        """The model."""
        return self.status.model_name

    @property
    def head(self) -> LedgerRow | None:
        """The newest row: as of this one the page speaks."""
        return self.rows[-1] if self.rows else None

    @property
    def decisions(self) -> tuple[LedgerRow, ...]:
        """What cycles ended in."""
        return tuple(row for row in self.rows if is_cycle_decision(row))

    @property
    def told_last(self) -> LedgerRow | None:
        """The newest event that people ask about: not that MLflow was put right since."""
        quiet = (Kind.REPAIR, Kind.RELEASE)
        return next((row for row in reversed(self.rows) if row.kind not in quiet), self.head)

    @property
    def judged(self) -> tuple[LedgerRow, ...]:
        """Decisions that rest on scores."""
        return tuple(row for row in self.decisions if row.candidate_score is not None)

    @property
    def judged_last(self) -> LedgerRow | None:
        """The newest decision that rests on scores."""
        return next(reversed(self.judged), None)

    @property
    def refusals(self) -> tuple[LedgerRow, ...]:
        """Decisions not to judge at all."""
        return tuple(row for row in self.rows if row.kind == Kind.REFUSE)

    @property
    def failures(self) -> tuple[LedgerRow, ...]:
        """Attempts that ended without a decision."""
        return tuple(row for row in self.rows if row.kind == Kind.FAIL)

    @property
    def by_hand(self) -> tuple[LedgerRow, ...]:
        """What was done outside the cycles: rollbacks, forced promotions, repairs."""
        return tuple(
            row for row in self.rows if row.kind != Kind.FAIL and not is_cycle_decision(row)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """Everything the site shows.

    Attributes:
        incidents: Of all models, the latest first.
        problems: Dossiers that cannot be shown, and why.
        about: Sentences about the home.
        made_at: When this was read.
    """

    models: tuple[ModelView, ...]
    incidents: tuple[FiledIncident, ...]
    problems: tuple[str, ...]
    about: tuple[str, ...]
    made_at: datetime

    @property
    def whole(self) -> bool:
        """Whether every ledger is."""
        return all(each.status.ledger_ok for each in self.models)


def describe_site(models: tuple[str, ...], site: Site) -> SiteView:
    """Return what the site shows of every configured model and of every model with a ledger.

    Raises:
        TableMissing: the home has no ledger yet.
    """
    incidents, problems = site.filed.all()
    return SiteView(
        models=tuple(
            ModelView(
                status=status,
                rows=tuple(rows),
                stretches=stretches_of(rows),
                incidents=tuple(i for i in incidents if i.model_name == status.model_name),
            )
            for status, rows in recorded_status(models, site.ledger, site.references)
        ),
        incidents=tuple(incidents),
        problems=tuple(problems),
        about=site.about,
        made_at=site.clock.now(),
    )


def stretches_of(rows: Sequence[LedgerRow]) -> tuple[Stretch, ...]:
    """Return which versions served one after the other, by the rows of one model."""
    begun: list[LedgerRow] = []
    for row in rows:
        version = begun[-1].production_version if begun else None
        if row.kind in POINTER_MOVES and row.production_version not in (None, version):
            begun.append(row)
    return tuple(
        Stretch(
            version=row.production_version or 0,
            since=row.decided_at,
            until=later.decided_at if later else None,
            row=row,
        )
        for row, later in zip_longest(begun, begun[1:])
    )
