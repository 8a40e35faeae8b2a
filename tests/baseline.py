"""Summaries of one run of every shipped scenario, to the last digit.

``make baseline`` writes ``tests/baseline.csv`` anew. A number that moves there is a change of the
model or of its values: say in CHANGELOG.md why it moved.
"""

from pathlib import Path

import pandas as pd

from sim import Scenario, shipped, simulate

FILE = Path(__file__).with_suffix(".csv")
SEED = 1
# The largest organisation whose run takes a moment; what is larger is made smaller tier by tier.
MOST_POSTS = 50_000


def in_a_moment(scenario):
    """The scenario itself, or one of its tiers and lines with few units at each tier."""
    if scenario.total_posts <= MOST_POSTS:
        return scenario
    *above, last = [
        {"units": min(tier.units, 2**number)}
        for number, tier in enumerate(scenario.organisation.tiers)
    ]
    tiers = [
        tier.model_dump() | fewer
        for tier, fewer in zip(scenario.organisation.above, above, strict=True)
    ]
    return scenario.replace({"organisation.above": tiers, "organisation.units": last["units"]})


def summaries():
    """Every measure of every shipped scenario, a column each; numbers in full."""
    runs = {
        name: simulate(in_a_moment(Scenario.load(name)), SEED).summary
        for name in shipped.scenarios()
    }
    return pd.DataFrame(runs).map(lambda value: repr(float(value))).rename_axis("measure")


def as_text():
    """The file as it should be."""
    return summaries().to_csv(lineterminator="\n")


if __name__ == "__main__":
    FILE.write_text(as_text(), encoding="utf-8")
    print(f"{FILE.relative_to(Path.cwd())}: written; explain in CHANGELOG.md what moved")
