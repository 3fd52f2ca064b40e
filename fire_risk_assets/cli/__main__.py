"""`python -m fire_risk_assets.cli`: the same entry point as the console script."""

from fire_risk_assets.cli.main import main

if __name__ == "__main__":
    main()
