"""Scenarios, organisations, levers, the state of a run, and the plan from which a run starts."""
