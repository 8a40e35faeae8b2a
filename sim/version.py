"""The version of the project; part of every result."""

__version__ = "0.2.0"
