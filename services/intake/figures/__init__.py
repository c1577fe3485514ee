"""Figures (KP2, KP7, KP8): what is kept of each complaint to count it, what is counted, and how."""
