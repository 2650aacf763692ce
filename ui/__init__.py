"""What several pages of the dashboard share: the lab's snapshot, looks, and the live area."""
