"""What complaints change: handlers' suggestions, measures against causes, audited samples of halls (KP3, KP4, KP6)."""
