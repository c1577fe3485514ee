"""Group incidents (MJ4) in the database."""
