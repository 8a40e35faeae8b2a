"""Measurements of time and memory. No test asserts a time."""
