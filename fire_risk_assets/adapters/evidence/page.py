"""The page of a verdict: sections of HTML around the readings and the figures.

Layout only; the frame is in `page.html`, the style sheet of all pages in `style.css`. Everything
that comes from outside passes `escaped`, since slice names and reasons may carry text of a landed
file.
"""

import base64
from collections.abc import Iterator, Mapping
from importlib.resources import files
from string import Template

from fire_risk_assets.adapters.evidence.comparison_figures import draw_interval
from fire_risk_assets.adapters.evidence.readings import (
    headline,
    readings,
    rows_sentence,
    was_judged,
)
from fire_risk_assets.adapters.evidence.text import MISSING, count, escaped, number, style_sheet
from fire_risk_assets.core.verdict import Kind, SliceResult, Verdict

_TONES = {
    Kind.PROMOTE: "#0072b2",
    Kind.KEEP: "#52606d",
    Kind.UNDECIDED: "#8a6100",
    Kind.REFUSE: "#b34700",
    Kind.FAIL: "#b34700",
    Kind.ROLLBACK: "#b34700",
}
_OTHER_TONE = "#52606d"

_STATUS = {
    "pass": "✓ pass",
    "regression": "✗ regression",
    "insufficient": "? insufficient",
}


def render_page(
    *,
    model_name: str,
    cycle_id: str,
    verdict: Verdict,
    differences: bytes | None,
    metric_name: str,
    context: Mapping[str, str],
) -> bytes:
    """Return the page, UTF-8; arguments as for the port `EvidenceRenderer`."""
    sections = [
        _header(model_name, cycle_id, verdict),
        _warnings(verdict),
        _numbers(verdict, metric_name),
        *_figures(verdict, differences, metric_name),
        _slices(verdict, metric_name),
        _context(context),
        "<footer>Lower scores are better throughout. Differences are candidate minus "
        f"{escaped(verdict.reference)}: negative favours the candidate.</footer>",
    ]
    template = Template(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))
    page = template.substitute(
        title=escaped(f"{model_name} {cycle_id}: {verdict.kind}, {verdict.reason_code}"),
        tone=_TONES.get(verdict.kind, _OTHER_TONE),
        style=style_sheet(),
        body="\n".join(each for each in sections if each),
    )
    return page.encode()


def _header(model_name: str, cycle_id: str, verdict: Verdict) -> str:
    return (
        f'<header>\n<p class="eyebrow">{escaped(model_name)} · cycle {escaped(cycle_id)}</p>\n'
        f"<h1>{escaped(headline(verdict))}</h1>\n"
        f'<p class="reason">{escaped(verdict.reason)}</p>\n'
        f'<span class="code">{escaped(verdict.kind)}: {escaped(verdict.reason_code)}</span>\n'
        "</header>"
    )


def _warnings(verdict: Verdict) -> str:
    if not verdict.warnings:
        return ""
    items = "".join(f"<li>{escaped(each)}</li>" for each in verdict.warnings)
    return f'<section class="warnings">\n<h2>Read with care</h2>\n<ul>{items}</ul>\n</section>'


def _numbers(verdict: Verdict, metric_name: str) -> str:
    shown = readings(verdict, metric_name)
    note = (
        f"{rows_sentence(verdict)}, scored by both models in one step."
        if was_judged(verdict)
        else "Nothing was judged: this decision rests on no scores, for the reason given above."
    )
    rows = "\n".join(
        f'<tr><th scope="row">{escaped(each.name)}</th>'
        f'<td class="value{" long" if len(each.value) > 30 else ""}">{escaped(each.value)}</td>'
        f"<td>{escaped(each.meaning)}</td></tr>"
        for each in shown
    )
    heads = _heads("figure", "value", "what it says")
    table = f'<table class="figures">\n{heads}\n<tbody>\n{rows}\n</tbody>\n</table>'
    return (
        f'<section>\n<h2>The numbers</h2>\n<p class="note">{escaped(note)}</p>\n'
        f"{table if shown else ''}\n</section>"
    )


def _figures(verdict: Verdict, differences: bytes | None, metric_name: str) -> Iterator[str]:
    interval = draw_interval(verdict, metric_name)
    if interval is not None:
        yield _figure(
            "The difference and its interval",
            interval,
            f"Difference in {metric_name} with its interval: {number(verdict.difference)} "
            f"from {number(verdict.ci_low)} to {number(verdict.ci_high)}",
            "Left of 0 the candidate is better. An interval that crosses 0 proves neither.",
        )
    if differences is not None:
        yield _figure(
            "Row by row and day by day",
            differences,
            f"Loss of the candidate minus loss of {verdict.reference}, by row and by day",
            "Above 0 the candidate is worse. The test asks whether the sums of the days lean to "
            "one side more than chance would: one extreme day is little proof.",
        )
    elif was_judged(verdict):
        yield '<p class="note">The scored rows are not at hand: nothing to plot by day.</p>'


def _figure(title: str, image: bytes, alternative: str, caption: str) -> str:
    data = base64.b64encode(image).decode("ascii")
    return (
        f"<section>\n<h2>{escaped(title)}</h2>\n<figure>\n"
        f'<div class="scroll"><img alt="{escaped(alternative)}" '
        f'src="data:image/png;base64,{data}"></div>\n'
        f"<figcaption>{escaped(caption)}</figcaption>\n</figure>\n</section>"
    )


def _slices(verdict: Verdict, metric_name: str) -> str:
    note = (
        "Does the candidate lose anywhere that matters? Insufficient means too few rows to tell; "
        "it is never a pass. p is adjusted for the number of slices tested (Holm)."
        if verdict.slices
        else "No slice was tested."
    )
    opening = f'<section>\n<h2>Slices</h2>\n<p class="note">{note}</p>\n'
    if not verdict.slices:
        return f"{opening}</section>"
    classes = any(each.positives is not None for each in verdict.slices)
    names = ["slice", "status", "rows", "days", *(["positives"] if classes else [])]
    heads = _heads(*names, f"difference, {metric_name}", "adjusted p")
    order = {"regression": 0, "pass": 1, "insufficient": 2}
    ordered = sorted(verdict.slices, key=lambda each: order.get(each.status, 3))
    rows = "\n".join(_slice_row(each, classes=classes) for each in ordered)
    return (
        f'{opening}<div class="scroll">\n<table>\n{heads}\n<tbody>\n{rows}\n</tbody>\n</table>\n'
        "</div>\n</section>"
    )


def _slice_row(result: SliceResult, *, classes: bool) -> str:
    numbers = (
        count(result.rows),
        count(result.clusters),
        *([count(result.positives)] if classes else []),
        number(result.difference, digits=3, signed=True),
        number(result.p_adjusted, digits=3),
    )
    cells = "".join(f'<td class="number">{escaped(each)}</td>' for each in numbers)
    status = _STATUS.get(result.status, result.status)
    return (
        f'<tr><td class="name">{escaped(result.name)}</td>'
        f'<td class="status {escaped(result.status)}">{escaped(status)}</td>{cells}</tr>'
    )


def _context(context: Mapping[str, str]) -> str:
    if not context:
        return ""
    rows = "\n".join(
        f'<tr><th scope="row">{escaped(key)}</th><td>{escaped(value) or MISSING}</td></tr>'
        for key, value in context.items()
    )
    return (
        "<section>\n<h2>Where it comes from</h2>\n"
        f'<table class="context">\n<tbody>\n{rows}\n</tbody>\n</table>\n</section>'
    )


def _heads(*names: str) -> str:
    cells = "".join(
        f'<th scope="col"{" class=number" if at >= 2 and len(names) > 3 else ""}>'
        f"{escaped(each)}</th>"
        for at, each in enumerate(names)
    )
    return f"<thead><tr>{cells}</tr></thead>"
