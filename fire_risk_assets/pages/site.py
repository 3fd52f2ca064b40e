"""The site: one page of all models, one page a model, drawn from what `describe_site` found.

For people who use neither Dagster nor MLflow. Texts are in the templates; what is derived for
showing only (which reading a difference has) is here.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from fire_risk_assets.actions.describe_site import ModelView, SiteView
from fire_risk_assets.core.ledger.fold import is_cycle_decision
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.ledger.telling import done_by
from fire_risk_assets.core.names import checked_name
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.core.verdict import Kind
from fire_risk_assets.core.wording import as_sentence, counted
from fire_risk_assets.pages.html import rendered
from fire_risk_assets.pages.site_figures import draw_timeline, draw_trend

INDEX = "index.html"


def site_pages(view: SiteView) -> dict[str, Callable[[], str]]:
    """Return what makes each page, by its path within the site; the one of all models last.

    Raises:
        InvalidName: a ledger names a model that cannot be the name of a file.
    """
    pages: dict[str, Callable[[], str]] = {}
    for model in view.models:
        path = f"models/{checked_name(model.name, what='model name')}.html"
        pages[path] = partial(model_page, view, model)
    return pages | {INDEX: partial(index_page, view)}


def index_page(view: SiteView) -> str:
    """Return the page of all models."""
    return rendered(
        "site_index.html",
        view=view,
        serving=sum(each.status.production_version is not None for each in view.models),
        trend=draw_trend,
        last=last_event,
        reading=reading,
        held_out=held_out,
        told=told,
        counted=counted,
    )


def model_page(view: SiteView, model: ModelView) -> str:
    """Return the page of one model."""
    return rendered(
        "site_model.html",
        view=view,
        model=model,
        timeline=draw_timeline if model.rows else None,
        last=last_event,
        reading=reading,
        held_out=held_out,
        told=told,
        counted=counted,
        newest_first=_newest_first,
    )


def last_event(model: ModelView) -> str:
    """Return what the newest event did and why, as sentences."""
    row = model.told_last
    if row is None:
        return "No cycle has run yet."
    by_cycle = row.kind == Kind.FAIL or is_cycle_decision(row)
    who = f"Cycle {row.cycle_id}" if by_cycle else told(row.actor)
    return f"{who} {done_by(row.kind, row.production_version)}. {as_sentence(told(row.reason))}"


def reading(row: LedgerRow) -> str:
    """Return what a difference and its interval say, for who does not know which way is good.

    Differences are candidate minus what it was judged against.
    """
    if row.difference is None:
        return ""
    lower_wins = row.metric_direction != "DESC"
    against = "production" if row.production_score is not None else "the baseline"
    if row.difference == 0:
        return f"The candidate scored as {against} did."
    better = (row.difference < 0) is lower_wins
    said = f"The candidate scored {'better' if better else 'worse'} than {against}"
    if row.ci_low is None or row.ci_high is None:
        return f"{said}."
    sure = row.ci_low > 0 or row.ci_high < 0
    return f"{said}; {'all of the interval says so' if sure else 'the interval holds 0'}."


def held_out(row: LedgerRow) -> tuple[datetime, datetime] | None:
    """Return the first and the last day of the rows that judged, None where there were none."""
    if row.holdout_from is None or row.holdout_until is None:
        return None
    # Its end is the first instant that is none of it.
    return row.holdout_from, max(row.holdout_from, row.holdout_until - timedelta(microseconds=1))


def told(text: str) -> str:
    """Return a text of others without secrets: the site is read by more people than a ledger."""
    return redacted(text)


def _newest_first(rows: Iterable[LedgerRow]) -> list[LedgerRow]:
    return list(reversed(list(rows)))
