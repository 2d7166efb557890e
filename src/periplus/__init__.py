"""Periplus: the open software of a maritime information fusion centre."""

from importlib.metadata import version

__version__ = version("periplus")
