from fire_risk_assets_tests.cli import conftest as command_line
from fire_risk_assets_tests.defs import conftest as dagster_homes

cli, told_home, home = command_line.cli, command_line.told_home, command_line.home
fresh_home, served_home = dagster_homes.fresh_home, dagster_homes.served_home
house = dagster_homes.house
