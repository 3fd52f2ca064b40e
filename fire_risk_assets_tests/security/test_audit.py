"""An audit that could not ask is never taken for one that found nothing."""

import pytest

from fire_risk_assets_tests.security.audit import NONE_KNOWN, NOT_AUDITED, SOME_KNOWN, judged

FINE = {"name": "rich", "version": "15.0.0", "vulns": []}
SKIPPED = {"name": "yarl", "skip_reason": "Dependency not found on PyPI: yarl (1.25.1)"}
KNOWN = {
    "name": "skops",
    "version": "0.11.0",
    "vulns": [{"id": "CVE-2025-54412", "fix_versions": ["0.12.0"], "aliases": []}],
}


@pytest.mark.parametrize(
    ("packages", "code", "words"),
    [
        ([FINE], NONE_KNOWN, "No vulnerability is known of the 1 locked packages."),
        ([FINE, KNOWN], SOME_KNOWN, "skops 0.11.0: CVE-2025-54412, fixed in 0.12.0."),
        ([FINE, SKIPPED], NOT_AUDITED, "answered for 1 of 2 locked packages"),
        ([KNOWN, SKIPPED], NOT_AUDITED, "CVE-2025-54412"),
        ([], NOT_AUDITED, "answered for 0 of 0 locked packages"),
    ],
    ids=["fine", "known", "skipped", "known-and-skipped", "unreachable"],
)
def test_an_audit_says_what_was_asked_and_what_is_known__s18(packages, code, words):
    said, ended = judged({"dependencies": packages})
    assert ended == code
    assert words in " ".join(said)
