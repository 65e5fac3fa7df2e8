"""Judging a run."""
