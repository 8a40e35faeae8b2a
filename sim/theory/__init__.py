"""The model held against theory: exact limits, the mean field, resting points."""
