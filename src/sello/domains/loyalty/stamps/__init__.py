"""Giving stamps: one statement each, online and offline alike."""
