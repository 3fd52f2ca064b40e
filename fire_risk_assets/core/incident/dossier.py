"""The whole answer to a question about an incident, as one document."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from fire_risk_assets.core.incident.chapters import (
    WhatIf,
    WhatItSaid,
    WhatItSaw,
    WhatItStoodOn,
    WhoServed,
    Why,
)
from fire_risk_assets.core.incident.claims import Claim, State
from fire_risk_assets.core.incident.question import Question
from fire_risk_assets.core.instants import iso
from fire_risk_assets.core.wording import counted

FORMAT = 1
"""Of the JSON document; raised when a field changes its meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is known of an incident; what could not be had is None, and a claim says why.

    Attributes:
        made_at: When it was looked at.
        ledger_seq: Newest row of the model's ledger then.
    """

    question: Question
    made_at: datetime
    ledger_seq: int
    served: WhoServed
    saw: WhatItSaw | None
    said: WhatItSaid
    why: Why | None
    what_if: WhatIf
    stood_on: WhatItStoodOn
    claims: list[Claim]

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        said, asked = self.said, self.question
        start = f"Version {self.served.version} of {asked.model_name} served"
        if said.prediction is None:
            return f"{start}; what it said of cell {asked.cell_id} cannot be told."
        band = f", in the {said.band.name} fifth of the year" if said.band else ""
        burned = {fire["report_id"] for fire in said.fires}
        fires = f"; {counted(len(burned), 'fire')} on record around then" if burned else ""
        return f"{start} and predicted {said.prediction:.4g} for cell {asked.cell_id}{band}{fires}."

    @property
    def states(self) -> Counter[State]:
        """How many claims are verified, contradicted, not verifiable."""
        return Counter(claim.state for claim in self.claims)

    def to_json(self) -> dict[str, Any]:
        """Return the document in JSON types, instants as ISO 8601."""
        return {
            "format": FORMAT,
            "incident_id": self.question.incident_id,
            "model_name": self.question.model_name,
            "cell_id": self.question.cell_id,
            "instant": iso(self.question.at),
            "headline": self.headline,
            **{name: _plain(value) for name, value in asdict(self).items() if name != "question"},
        }


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
