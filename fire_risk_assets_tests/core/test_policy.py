"""The policy: defaults as decided, contradictions refused together, a digest that means it."""

from dataclasses import fields, replace

import pytest

from fire_risk_assets.core.policy import AdjudicationPolicy
from fire_risk_assets.errors import InvalidSetting

OTHER = {
    "rule": "point",
    "aggregate": "root_mean",
    "alpha_spending": "per_window",
    "staleness": False,
}


def test_the_defaults_judge_155_rows_at_five_per_cent():
    policy = AdjudicationPolicy()
    assert policy.min_rows <= 155
    assert policy.decision_alpha == 0.05
    # Ranks of the interval are exact only when draws + 1 divides evenly.
    assert (policy.bootstrap_draws + 1) * (1 - policy.interval) / 2 == pytest.approx(50)


def test_every_field_changes_the_digest_and_equal_policies_share_it():
    base = AdjudicationPolicy()
    digests = {base.digest()}
    for field in fields(AdjudicationPolicy):
        value = getattr(base, field.name)
        if field.name in OTHER:
            other = OTHER[field.name]
        else:
            other = value + 1 if isinstance(value, int) else value * 0.5
        digests.add(replace(base, **{field.name: other}).digest())
    assert len(digests) == 1 + len(fields(AdjudicationPolicy))
    assert AdjudicationPolicy().digest() == base.digest()
    assert len(base.digest()) == 64


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("rule", "best"),
        ("aggregate", "median"),
        ("alpha_spending", "weekly"),
        ("staleness", "yes"),
        ("alpha", 0.0),
        ("alpha", 0.5),
        ("alpha", float("nan")),
        ("interval", 1.0),
        ("slice_alpha", 0.5),
        ("staleness_margin", -0.01),
        ("autocorrelation_warning", 2.0),
        ("flips", 0),
        ("flips", 99.5),
        ("min_rows", 0),
        ("min_rows", True),
        ("looks", 0),
        ("min_positives", -1),
    ],
)
def test_a_setting_outside_its_domain_is_refused_by_name(name, bad):
    with pytest.raises(InvalidSetting, match=f"{name} is {bad!r}; (allowed|expected)"):
        AdjudicationPolicy(**{name: bad})


def test_all_wrong_settings_are_named_at_once():
    with pytest.raises(InvalidSetting, match=r"rule is.*alpha is.*flips is"):
        AdjudicationPolicy(rule="best", alpha=2.0, flips=-1)


def test_flips_too_few_ever_to_reach_alpha_are_refused():
    AdjudicationPolicy(flips=19)
    with pytest.raises(InvalidSetting, match=r"alpha 0\.05 could never be reached"):
        AdjudicationPolicy(flips=18)
    with pytest.raises(InvalidSetting, match="could never be reached"):
        AdjudicationPolicy(flips=19, alpha_spending="per_window", looks=2)
