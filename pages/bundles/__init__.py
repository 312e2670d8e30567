"""All public documents of a language in one file, for apps that work without a network."""
