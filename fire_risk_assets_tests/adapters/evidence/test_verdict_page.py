"""The page says what the verdict holds, runs nothing it was handed, and never invents a number."""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from fire_risk_assets.adapters.evidence import EvidencePages
from fire_risk_assets.core.adjudication import adjudicate
from fire_risk_assets.core.verdict import REASONS, Kind, Reason, SliceResult, Verdict
from fire_risk_assets.errors import InvalidScores

DAYS = np.repeat(np.datetime64("2026-09-01") + np.arange(40), 4)
UNDECIDED = Verdict(
    kind=Kind.UNDECIDED, reason_code=Reason.TOO_FEW_ROWS, reason="Too few rows: 31 of 80."
)
HOSTILE = '<script>alert("1")</script>\x1b[31m\u202e\x00\ud800'


class Reader(HTMLParser):
    """Collects the text and the elements, and holds that every element is closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.images, self.words = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "img":
            self.images.append(dict(attrs))
        if tag not in {"meta", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)


def read(page):
    reader = Reader()
    reader.feed(page.decode("utf-8"))
    reader.close()
    assert reader.open == []
    return reader, " ".join(" ".join(reader.words).split())


def show(verdict, scored=None, **more):
    given = {"model_name": "burned_area", "cycle_id": "2026-10-12", "metric_name": "rmsle"}
    context = {"holdout window": "2026-09-01 to 2026-10-11", "holdout digest": "3c" * 32}
    pages = EvidencePages()
    figure = None if scored is None or scored.empty else pages.difference_figure(scored, verdict)
    return pages.verdict_page(
        **(given | {"context": context} | more), verdict=verdict, differences=figure
    )


def judged(**more):
    production = np.random.default_rng(4).lognormal(0, 1, DAYS.size)
    candidate = 0.8 * production
    verdict = adjudicate(
        production_losses=production,
        candidate_losses=candidate,
        clusters=DAYS,
        slices={"zone": np.where(np.arange(DAYS.size) < 100, "north", "south & east")},
        production_age_days=63.0,
        seed=20261012,
        **more,
    )
    scored = pd.DataFrame({"day": DAYS, "loss_candidate": candidate, "loss_reference": production})
    return verdict, scored


def test_the_page_shows_every_number_of_the_verdict():
    verdict, scored = judged(baseline_losses=np.full(DAYS.size, 9.25))
    reader, text = read(show(verdict, scored))
    for value in (verdict.candidate_score, verdict.production_score, verdict.p_value):
        assert f"{value:.4g}" in text
    for value in (verdict.difference, verdict.ci_low, verdict.ci_high):
        assert f"−{abs(value):.4g}" in text
    for words in ("9.25", "160 rows on 40 days", "63 days", "20261012", verdict.policy_digest):
        assert words in text
    for words in ("The candidate is promoted", verdict.reason, "promote: better", "3c" * 32):
        assert words in text
    assert len(reader.images) == 2


def test_each_slice_is_shown_with_its_status_and_a_regression_comes_first():
    slices = (
        SliceResult(name="zone=a", status="pass", rows=70, clusters=20, p_adjusted=0.8),
        SliceResult(name="zone=b", status="insufficient", rows=7, clusters=3),
        SliceResult(name="zone=c", status="regression", rows=90, clusters=30, p_adjusted=0.004),
    )
    verdict = Verdict(
        kind=Kind.KEEP, reason_code=Reason.SLICE_REGRESSION, reason="Worse.", slices=slices
    )
    _, text = read(show(verdict))
    assert text.index("zone=c") < text.index("zone=a") < text.index("zone=b")
    for words in ("✗ regression 90 30 — 0.004", "✓ pass 70 20 — 0.8", "? insufficient 7 3 — —"):
        assert words in text


def test_warnings_are_shown_only_when_there_are_any():
    warned = Verdict(
        kind=Kind.KEEP, reason_code=Reason.WORSE, reason="Worse.", warnings=("Days are alike.",)
    )
    assert "Read with care Days are alike." in read(show(warned))[1]
    assert "Read with care" not in read(show(UNDECIDED))[1]


def test_planted_markup_and_control_characters_stay_text__b65_s16():
    slices = (SliceResult(name=f"zone={HOSTILE}", status="pass", rows=70, clusters=20),)
    verdict = Verdict(
        kind=Kind.REFUSE,
        reason_code=Reason.REJECTED,
        reason=HOSTILE,
        warnings=(HOSTILE,),
        slices=slices,
        rule=HOSTILE,
        policy_digest=HOSTILE,
    )
    page = show(
        verdict,
        model_name=HOSTILE,
        cycle_id='"><img src=x onerror=alert(1)>',
        metric_name=HOSTILE,
        context={HOSTILE: HOSTILE, "a key": '" onload="x'},
    )
    reader, text = read(page)
    assert not {"script", "img"} & set(reader.tags)
    assert text.count('<script>alert("1")</script>[31m') >= 8
    assert not any(each in page.decode() for each in ("\x1b", "\x00", "\u202e"))


def test_the_page_asks_the_network_for_nothing():
    page = show(*judged()).decode()
    assert "http://" not in page and "https://" not in page and "url(" not in page
    reader, _ = read(page.encode())
    assert not {"script", "link", "iframe"} & set(reader.tags)
    assert all(each["src"].startswith("data:image/png;base64,") for each in reader.images)
    assert all(each["alt"] for each in reader.images)


def test_without_rows_the_page_says_that_nothing_was_judged():
    reader, text = read(show(UNDECIDED))
    assert "Nothing was judged" in text and UNDECIDED.reason in text
    assert reader.images == [] and "p-value" not in text
    empty = pd.DataFrame({"day": [], "loss_candidate": [], "loss_reference": []})
    assert read(show(UNDECIDED, empty))[1] == text


def test_numbers_that_do_not_exist_are_dashes_and_never_nan():
    nan = float("nan")
    slices = (SliceResult(name="a", status="insufficient", rows=0, clusters=0, difference=nan),)
    verdict = Verdict(
        kind=Kind.KEEP,
        reason_code=Reason.NOT_BETTER,
        reason="Not shown.",
        candidate_score=1.5,
        production_score=nan,
        difference=nan,
        p_value=float("inf"),
        rows=3,
        clusters=2,
        slices=slices,
    )
    scored = pd.DataFrame(
        {"day": DAYS[:3], "loss_candidate": [1.0, nan, 2.0], "loss_reference": [nan, nan, nan]}
    )
    reader, text = read(show(verdict, scored))
    words = text.lower().replace(",", " ").split()
    assert not {"nan", "none", "inf", "nat"} & set(words)
    assert "Production, rmsle —" in text
    assert len(reader.images) == 1


def test_the_scores_are_still_shown_when_the_rows_are_not_at_hand():
    verdict, _ = judged()
    reader, text = read(show(verdict, None))
    assert "nothing to plot by day" in text and f"{verdict.candidate_score:.4g}" in text
    assert len(reader.images) == 1


def test_while_nothing_serves_the_baseline_is_the_reference():
    losses = np.random.default_rng(1).lognormal(0, 1, DAYS.size)
    verdict = adjudicate(
        production_losses=None, candidate_losses=losses, baseline_losses=losses, clusters=DAYS
    )
    _, text = read(show(verdict))
    assert "The naive baseline is promoted" in text
    assert "Candidate minus baseline: the candidate scores neither better nor worse." in text
    assert "Production, rmsle" not in text


KINDS = [(kind, code) for kind, codes in REASONS.items() for code in sorted(codes)]


@pytest.mark.parametrize(
    ("kind", "code"), [*KINDS, (Kind.REPAIR, "drift_undone"), (Kind.RELEASE, "TRAIN")]
)
def test_every_kind_and_reason_has_a_page(kind, code):
    reader, text = read(show(Verdict(kind=kind, reason_code=code, reason="For a cause.")))
    assert f"{kind}: {code}" in text and "For a cause." in text
    assert reader.tags.count("h1") == 1


def test_rows_without_the_losses_are_refused():
    verdict, scored = judged()
    with pytest.raises(InvalidScores, match="lacks loss_reference"):
        show(verdict, scored.drop(columns="loss_reference"))
