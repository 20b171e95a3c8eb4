"""Enrolments that nobody confirmed: after 90 days the person behind them is forgotten."""
