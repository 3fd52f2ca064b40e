"""What stands behind the digests of code and packages is kept, once, without secrets."""

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from fire_risk_assets.adapters.provenance import HostProvenance, installed
from fire_risk_assets.adapters.work_tree import changes_in
from fire_risk_assets.core.provenance import LONGEST
from fire_risk_assets.errors import StoreBroken


@pytest.fixture
def tree(tmp_path):
    """A clean work tree with one module."""
    tree = tmp_path / "tree"
    (tree / "package").mkdir(parents=True)
    (tree / "package" / "__init__.py").touch()
    (tree / "package" / "old.py").write_text("level = 1\n")
    git(tree, "init")
    git(tree, "add", "-A")
    git(tree, "commit", "-m", "x")
    return tree


def git(tree, *arguments):
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", "-C", tree, *who, *arguments], check=True, capture_output=True)
    return done.stdout.decode().strip()


def commit_of(tree):
    return git(tree, "rev-parse", "HEAD")


def kept_of(tree, folder):
    """The provenance of a home after the code of this tree has trained in it."""
    found = HostProvenance(folder, tree / "package")
    found.keep()
    return found, found.columns()["code_version"]


def test_a_clean_tree_keeps_the_list_of_packages_and_no_diff(tree, tmp_path):
    (tree / "elsewhere.py").write_text("outside the package\n")
    found, version = kept_of(tree, tmp_path / "provenance")
    assert version == commit_of(tree)
    assert found.changes_of(version) is None
    digest = found.columns()["environment_digest"]
    assert [path.name for path in found.folder.iterdir()] == [f"environment-{digest}.json"]
    kept = found.environment(digest)
    assert kept == installed()
    assert (kept.digest(), kept.packages["numpy"]) == (digest, __import__("numpy").__version__)
    assert found.environment("0" * 64) is None


def test_a_dirty_tree_keeps_a_diff_that_makes_the_same_tree_again(tree, tmp_path):
    (tree / "package" / "old.py").write_text("level = 2\n")
    (tree / "package" / "new one.py").write_text("level = 3")
    found, version = kept_of(tree, tmp_path / "provenance")
    path = Path(found.changes_of(version))
    assert version == f"{commit_of(tree)}+{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
    git(tree, "stash", "-u")
    git(tree, "apply", path)
    assert (tree / "package" / "old.py").read_text() == "level = 2\n"
    assert (tree / "package" / "new one.py").read_text() == "level = 3"
    assert changes_in(tree / "package") == path.read_bytes()


def test_what_is_kept_is_kept_once(tree, tmp_path):
    (tree / "package" / "new.py").write_text("1\n")
    found, _ = kept_of(tree, tmp_path / "provenance")
    before = {path: path.stat().st_ino for path in found.folder.iterdir()}
    found.keep()
    assert {path: path.stat().st_ino for path in found.folder.iterdir()} == before
    assert len(before) == 2


def test_no_secret_gets_into_what_is_kept__s12(tree, tmp_path):
    canary = "c4n4ry9vq7"
    package = tree / "package"
    (package / "old.py").write_text(f'password = "{canary}"\naddress = "s3://ann:{canary}@x"\n')
    key = "-----BEGIN RSA PRIVATE KEY-----"
    (package / "key.py").write_text(f"{key}\n{canary}\n-----END RSA PRIVATE KEY-----\n")
    for name in ("secrets.env", "id_rsa", "rows.csv", "notes.toml"):
        (package / name).write_text(canary)
    (package / "link.py").symlink_to(tmp_path / "elsewhere.py")
    (tmp_path / "elsewhere.py").write_text(canary)
    found, _ = kept_of(tree, tmp_path / "provenance")
    (diff,) = found.folder.glob("*.diff")
    text = diff.read_text()
    assert canary not in "".join(path.read_text() for path in found.folder.iterdir())
    assert text.startswith("# Secrets are hidden in 3 lines; this diff does not apply there.\n")
    assert f"# Untracked and not kept: 'package/secrets.env', {len(canary)} bytes, sha256 " in text
    assert "'package/link.py', a link to" in text
    before = changes_in(package)
    (package / "rows.csv").write_text("other")
    assert changes_in(package) != before


def test_a_long_diff_is_cut_and_says_so__s17(tree, tmp_path):
    for name in ("one.py", "two.py"):
        (tree / "package" / name).write_text("x = 1\n" * (LONGEST // 8))
    (tree / "package" / "long.py").write_text("y" * (LONGEST + 1))
    found, version = kept_of(tree, tmp_path / "provenance")
    text = Path(found.changes_of(version)).read_text()
    assert len(text) < LONGEST + 100
    assert text.splitlines()[-1].startswith("# Cut here: ")
    assert text.endswith(f"of {len(changes_in(tree / 'package')):,} characters are not kept.\n")


def test_a_damaged_list_of_packages_is_told_as_such(tmp_path):
    found = HostProvenance(tmp_path)
    found.keep()
    digest = installed().digest()
    path = tmp_path / f"environment-{digest}.json"
    for text in ("", "{", "[]", json.dumps({"python": "3"})):
        path.write_text(text)
        with pytest.raises(StoreBroken, match="list of packages"):
            found.environment(digest)
