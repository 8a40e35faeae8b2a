"""Calibration: behaviour fitted to published patterns, with its uncertainty."""
