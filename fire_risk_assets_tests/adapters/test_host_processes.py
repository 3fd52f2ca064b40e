"""Who is alive, whatever the clock says; and which code this is, when git cannot say."""

import subprocess
import sys

import psutil

from fire_risk_assets.adapters.host_processes import HostProcesses
from fire_risk_assets.adapters.work_tree import changes_in


def test_a_process_is_alive_by_its_own_mark_and_dead_by_another_start():
    mark = HostProcesses().me()
    assert HostProcesses().alive(mark)
    assert not HostProcesses().alive(mark | {"started": f"{mark['started']}1"})
    assert not HostProcesses().alive(mark | {"started": "another boot:1"})
    assert HostProcesses().alive(mark | {"host": "attic", "started": "x:1"})
    assert HostProcesses().elsewhere(mark | {"host": "attic"}) == "attic"
    assert HostProcesses().elsewhere(mark) is None


def test_a_mark_by_wall_clock_is_still_understood():
    mark = HostProcesses().me() | {"started": round(psutil.Process().create_time(), 2)}
    assert HostProcesses().alive(mark)
    assert not HostProcesses().alive(mark | {"started": 1.0})


def test_a_process_that_ended_unnoticed_by_its_parent_is_dead():
    code = (
        "import json; from fire_risk_assets.adapters.host_processes import HostProcesses;"
        "print(json.dumps(HostProcesses().me()), flush=True); input()"
    )
    import json

    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        mark = json.loads(child.stdout.readline())
        assert HostProcesses().alive(mark)
        child.stdin.close()
        while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
            pass
        assert not HostProcesses().alive(mark)
        child.wait()
    assert not HostProcesses().alive(mark)


def test_untracked_files_count_by_content_and_a_failing_git_is_no_clean_tree(tmp_path):
    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", tmp_path, *who, *arguments], check=True, capture_output=True)

    assert changes_in(tmp_path) is None
    git("init")
    assert changes_in(tmp_path) is None
    git("commit", "--allow-empty", "-m", "x")
    assert changes_in(tmp_path) == b""
    (tmp_path / "new.py").write_text("1")
    one = changes_in(tmp_path)
    (tmp_path / "new.py").write_text("2")
    assert b"" != one != changes_in(tmp_path)
