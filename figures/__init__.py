"""Figures are files read by their path, as scenarios and experiments are; this is no package."""

raise ImportError("figures are read by path: sim.drawing.catalogue.figure(NAME or PATH)")
