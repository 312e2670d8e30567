"""Hand-offs in the admin: catalogues go out, come back, are looked at and applied, and undone.

hooks.py tells Wagtail of it; views answer requests; returning.py, lines.py and access.py know
no HTTP.
"""
