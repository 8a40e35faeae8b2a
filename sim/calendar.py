"""The calendar of the model: months and years."""

MONTHS_A_YEAR = 12
