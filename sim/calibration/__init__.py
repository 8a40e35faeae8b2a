"""Calibration: fits settings to published patterns, and tells how uncertain they are."""
