"""What becomes of messages while the link to the carrier is down or full."""
