"""What nobody knows of a refund's money: asked for, risen by age, sent too late."""
