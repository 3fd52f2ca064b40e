"""Findings and failures as a person is told them: what is wrong, and what to do.

Imports neither the checker nor a library: `history` uses it, which must answer at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fire_risk_assets.core.ledger.invariants import remedies
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import FireRiskError

if TYPE_CHECKING:
    from fire_risk_assets.cli.commands import Invocation


def findings_of(found: Sequence[dict[str, Any]]) -> list[str]:
    """Return the findings of what `reconciled` returned, each with its model."""
    return [f"{each['model_name']}: {finding}" for each in found for finding in each["findings"]]


def finding_lines(call: "Invocation", findings: Sequence[str]) -> Iterable[str]:
    """Return each finding as a sentence, then the remedy of each number once."""
    yield from map(as_sentence, findings)
    yield from (f"  {call.typed(remedy)}" for remedy in remedies(findings))


def remark_findings(call: "Invocation", findings: Sequence[str]) -> None:
    """Tell what was found wrong, and what to do."""
    for line in finding_lines(call, [f"fire-risk: {finding}" for finding in findings]):
        call.output.remark(line)


def remark_failures(call: "Invocation", failures: Mapping[str, FireRiskError]) -> None:
    """Tell which models ended in an error."""
    for name, fact in failures.items():
        said = as_sentence(redacted(str(fact)))
        call.output.remark(f"fire-risk: {name} failed. {said} {call.typed(fact.remedy)}")
