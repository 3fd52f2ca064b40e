"""`make audit`: known vulnerabilities of the locked packages, said in one sentence.

By itself `pip-audit` finds "no known vulnerabilities" too where no package could be looked up.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NONE_KNOWN, SOME_KNOWN, NOT_AUDITED = 0, 1, 2


def judged(document):
    """Return the sentences about an audit and the exit code; `document` is pip-audit's JSON."""
    packages = document["dependencies"]
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    found = [
        f"{each['name']} {each['version']}: {known['id']}, fixed in"
        f" {', '.join(known['fix_versions']) or 'no version yet'}."
        for each in packages
        for known in each.get("vulns", [])
    ]
    if skipped or not packages:
        found.append(
            f"The advisory service answered for {len(packages) - len(skipped)} of {len(packages)}"
            " locked packages, so this is no audit; try where pypi.org itself is reached."
        )
        return found, NOT_AUDITED
    if found:
        return found, SOME_KNOWN
    return [f"No vulnerability is known of the {len(packages)} locked packages."], NONE_KNOWN


def asked():
    """Return what pip-audit says of the lock, without packages where it could not ask."""
    ended = subprocess.run(
        [sys.executable, "-m", "pip_audit", "-r", "constraints.txt", "--no-deps", "--disable-pip",
         "-f", "json", "--progress-spinner", "off"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    try:
        return json.loads(ended.stdout)
    except ValueError:
        return {"dependencies": []}


if __name__ == "__main__":
    said, code = judged(asked())
    sys.stdout.write("\n".join(said) + "\n")
    sys.exit(code)
