"""Run by test_interruption.py in a process of its own: an import that is killed in the middle.

Arguments: the number of the page at whose reconciling the process kills itself, then those of
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

    from pages.publishing import returned_catalogs

    reconcile, left = returned_catalogs.reconcile, int(sys.argv[1])

    def reconcile_or_die(*arguments: object) -> object:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return reconcile(*arguments)

    returned_catalogs.reconcile = reconcile_or_die
    call_command("import_catalogs", *sys.argv[2:])


main()
