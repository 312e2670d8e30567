"""Run by test_interruption.py in a process of its own: an import that is killed in the middle.

Arguments: the number of the page at whose new editions the process kills itself, then those of
import_catalogs.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from pages.models import Edition


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    from django.core.management import call_command

    from pages.publishing.editions import editions_appended

    number = int(sys.argv[1])
    seen = set()

    def die(editions: Sequence[Edition], **kwargs: object) -> None:
        seen.update(edition.document_id for edition in editions)
        if len(seen) >= number:
            os.kill(os.getpid(), signal.SIGKILL)

    editions_appended.connect(die)
    call_command("import_catalogs", *sys.argv[2:])


main()
