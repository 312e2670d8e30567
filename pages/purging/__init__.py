"""Caches in front: what their copies are called, and how they lose them."""
