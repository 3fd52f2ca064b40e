"""The help is the first page people read."""

from fire_risk_assets.cli.main import FireRisk, fire_risk


def test_reading_is_listed_apart_from_changing_and_nothing_is_missing(cli):
    said = cli("--help").out
    assert said.index("Read:") < said.index("\n  status") < said.index("Change:")
    assert said.index("Change:") < said.index("\n  rollback") < said.index("Serve:")
    listed = [name for _, names in FireRisk.sections for name in names]
    assert sorted(listed) == sorted(fire_risk.commands)


def test_every_command_takes_the_shared_options(cli):
    for name in fire_risk.commands:
        said = cli(name, "--help")
        assert said.code == 0
        for option in ("--home", "--config", "--json", "--debug"):
            assert option in said.out, name


def test_without_a_command_the_help_is_shown_and_the_code_is_two(cli):
    ended = cli()
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err == cli("--help").out
    assert "\n  status " in ended.err


def test_without_a_command_json_is_answered_in_json(cli):
    assert cli("--home", "x", "--json").document["exit_code"] == 2


def test_the_version_is_the_packages(cli):
    from importlib.metadata import version

    assert version("fire_risk_assets") in cli("--version").out
