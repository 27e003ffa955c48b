"""Hostile files, secrets that must not be seen, and every parser fed with anything."""
