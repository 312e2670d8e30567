"""The translators' workspace: source and target side by side, per page and language.

hooks.py tells Wagtail of it; the modules called views answer requests; the others know no HTTP.
"""
