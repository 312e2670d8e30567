"""The demo content of examples/demo/, loaded as an editor and a translator would enter it."""
