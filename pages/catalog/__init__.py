"""The translators' side: segments, targets, checks, and one codec a file format."""
