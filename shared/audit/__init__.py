"""What an auditor relies on: signed checkpoints of all histories, and the proof that nothing was changed since."""
