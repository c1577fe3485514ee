"""The books of the refunds: daily sheets (RF12), month packages (RF17), reconciling with BOSS (RF13), totals (KP2)."""
