"""The planted bugs. A text that the product no longer has is named by a fast test."""

from dataclasses import dataclass

FAULTS = "fire_risk_assets_tests/faults"
ACTIONS = "fire_risk_assets_tests/actions"
ADAPTERS = "fire_risk_assets_tests/adapters"


@dataclass(frozen=True, slots=True)
class Planted:
    """A bug.

    Attributes:
        name: What the product no longer does.
        file: Below the package.
        text: As the product has it, once.
        instead: What stands there in the copy.
        tests: Node ids, at least one of which must fail.
    """

    name: str
    file: str
    text: str
    instead: str
    tests: tuple[str, ...]


PLANTED = (
    Planted(
        "the row is not read back",
        "actions/append_event.py",
        "    stored = row_of(world.ledger.rows(row.model_name), row.event_id)\n",
        "    stored = row\n",
        (f"{ACTIONS}/test_append_event.py",),
    ),
    Planted(
        "the alias is moved before the commit",
        "actions/decide_cycle.py",
        "        row = append_event(event, world, against=against)\n",
        "        if event.moves_to is not None:\n"
        "            world.registry.point_alias(spec.name, event.moves_to)\n"
        "        row = append_event(event, world, against=against)\n",
        (
            f"{FAULTS}/test_crash_points.py::test_a_cycle_killed_here_is_completed_by_the_next_start",
        ),
    ),
    Planted(
        "the head is not read a second time in VERIFY",
        "actions/project.py",
        "    if serving(rows) != now:\n        return False\n",
        "",
        (f"{ACTIONS}/test_project.py",),
    ),
    Planted(
        "REGISTER does not look for the version a second time",
        "actions/train_candidate.py",
        "        found = registered(name, cycle_id, role, self.world)\n        if found is None:\n"
        "            raise RegistryDrift(",
        "        found = next(\n"
        "            (v for v in self.world.registry.versions(name) if v.version == version),\n"
        "            None,\n        )\n        if found is None:\n            raise RegistryDrift(",
        (f"{ACTIONS}/test_register.py",),
    ),
    Planted(
        "rows are ordered by the clock",
        "adapters/delta_ledger.py",
        '{_of(model_name)} ORDER BY seq"',
        '{_of(model_name)} ORDER BY decided_at, event_id"',
        (f"{ADAPTERS}/test_delta_ledger.py",),
    ),
    Planted(
        "the hash is not checked before a model is loaded",
        "adapters/model_vault.py",
        "    if found != sha256:\n",
        "    if False:\n",
        (f"{ADAPTERS}/test_model_vault.py",),
    ),
    Planted(
        "after an unknown outcome the ledger is not read",
        "actions/append_event.py",
        "        found = row_of(world.ledger.rows(row.model_name), row.event_id)\n",
        "        found = None\n",
        (f"{FAULTS}/test_attempts.py", f"{ACTIONS}/test_append_event.py"),
    ),
    Planted(
        "a failed attempt counts as the decision of its cycle",
        "core/ledger/fold.py",
        "    return row.kind in DECISIONS and row.reason_code != FORCED\n",
        '    return row.kind in {*DECISIONS, "fail"} and row.reason_code != FORCED\n',
        (
            f"{FAULTS}/test_crash_points.py::"
            "test_a_killed_attempt_is_named_and_does_not_block_the_retry",
        ),
    ),
    Planted(
        "a verdict against a head that has moved is written",
        "actions/decide_cycle.py",
        "            if deciding_seq(rows) == judgement.judged_seq:\n",
        "            if True:\n",
        (f"{FAULTS}/test_moved_head.py",),
    ),
    Planted(
        "compaction drops a row",
        "adapters/delta_ledger.py",
        "            table.optimize.compact()\n",
        "            table.optimize.compact()\n"
        "            import pyarrow.parquet as pq\n"
        '            files = (self.root / TABLE).glob("*.parquet")\n'
        "            newest = max(files, key=lambda file: file.stat().st_mtime_ns)\n"
        "            pq.write_table(pq.read_table(newest).slice(1), newest)\n",
        (f"{ADAPTERS}/test_delta_ledger.py",),
    ),
)
