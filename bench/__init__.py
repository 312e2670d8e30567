"""Measures the API against Wagtail's own, publishing and compiling. `make bench`."""
