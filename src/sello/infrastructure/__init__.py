"""Adapters to what is outside the process, each with the simulator it ships."""
