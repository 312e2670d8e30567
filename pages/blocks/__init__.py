"""The vocabulary: what a treatment page can say. What it means, never how it looks."""
