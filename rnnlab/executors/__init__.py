"""Who starts workers, and where."""
