"""Workers on a Ray cluster: who places them, and where."""
