"""The Study page: what was tuned, what won, and how to start a study."""
