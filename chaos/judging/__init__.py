"""What became of everything that callers tried: judged from journals and answers alone. Pure."""
