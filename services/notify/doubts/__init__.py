"""Messages of which nobody knows what became: listed, risen by age, settled."""
