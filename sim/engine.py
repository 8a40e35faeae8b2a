"""The compiled loop over months."""

from sim.compiled import rule
from sim.month import one_month


@rule
def run_months(world, first, last):
    """Run months first…last − 1 of a world that has begun."""
    for month in range(first, last):
        one_month(world, month)
