"""Webhooks in the admin: who is told, with which secret, and what became of each message."""
