"""Exercises: a made-up sea with real cases in it, observed as a centre would observe the real one."""

from periplus.exercises.exercise import Exercise
from periplus.exercises.opening import DEFAULT, open_exercise

__all__ = ["DEFAULT", "Exercise", "open_exercise"]
