"""Telling other systems of new editions: outbox, signatures, sender (decisions 27 and 28)."""
