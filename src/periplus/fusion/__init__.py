"""Observations to track points: cleaning, facts of the place as columns, tracks, identity, the latest picture."""
