#!/usr/bin/env python
"""Django's command line, with Polyclinic's settings."""

import os
import sys

from django.apps import apps
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    try:
        execute_from_command_line(sys.argv)
    finally:
        if apps.ready:
            from pages.purging import background as purging  # these need the models
            from pages.webhooks import background as webhooks

            purging.finish()
            webhooks.finish()


if __name__ == "__main__":
    main()
