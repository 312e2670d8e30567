"""Run by test_processes.py in a process of its own: an export that is killed while it writes.

Arguments: the name of the function before whose first call the process kills itself, then those
of export_bundle.
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

    function = sys.argv[1]

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        """Of the interpreter itself: nothing of ours is replaced."""
        if event == function and PARTIAL in str(arguments[0]):
            os.kill(os.getpid(), signal.SIGKILL)

    from pages.whole_file import PARTIAL

    sys.addaudithook(hear)
    call_command("export_bundle", *sys.argv[2:])


main()
