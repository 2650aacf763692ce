"""What the Inside page is made of."""
