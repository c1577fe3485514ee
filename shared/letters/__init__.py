"""Dead letters: events that could not be handled, kept with all that happens to them since."""
