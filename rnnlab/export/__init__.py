"""One run as files that other tools read."""
