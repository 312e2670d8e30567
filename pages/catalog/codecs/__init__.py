"""File formats of catalogues, one file each."""
