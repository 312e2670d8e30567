"""PDF/UA of an edition: made in a process of its own, with limits, and stored by digest."""
