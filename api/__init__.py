"""HTTP only: routes, short views, negotiation, caching."""
