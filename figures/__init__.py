"""Figures are files that are read by path, like scenarios and experiments."""

raise ImportError("figures are read by path: sim.drawing.catalogue.figure(NAME or PATH)")
