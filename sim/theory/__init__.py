"""Comparison of the model with theory: exact limits, the mean field, resting points."""
