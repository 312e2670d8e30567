"""Search over what is public: words go in with each edition, and come out ranked by an engine."""
