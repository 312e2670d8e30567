"""The translators' workspace: source and target side by side, per page and language.

hooks.py tells Wagtail of it; views.py answers requests; the other modules know no HTTP.
"""
