"""Run by test_interruption.py in a process of its own: an import that is killed in the middle.

Arguments: the number of the page at whose new editions the process kills itself, then those of
import_catalogs.
"""

from __future__ import annotations

import os
import signal
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    from django.core.management import call_command

    from pages.publishing.editions import editions_appended

    left = int(sys.argv[1])

    def die(**kwargs: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    editions_appended.connect(die)
    call_command("import_catalogs", *sys.argv[2:])


main()
