"""The frame of an email is compiled from MJML, and what is committed is what the source says."""

from __future__ import annotations

import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pages.management.email_shells import FaultySource, refuse_faults, source

pytest.importorskip("mrml", reason="mrml is not installed: pip install -r requirements-dev.txt")
SHELLS = Path(__file__).parents[1] / "pages" / "document" / "email"


def test_the_committed_shells_are_what_the_source_says() -> None:
    call_command("compile_email_shells", check=True, stdout=StringIO())


def test_a_changed_source_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = source().replace("26px", "27px").replace("20px 24px", "21px 24px")
    monkeypatch.setattr("pages.management.commands.compile_email_shells.source", lambda: changed)
    with pytest.raises(CommandError, match=r"ltr\.html is not what shell\.mjml says"):
        call_command("compile_email_shells", check=True, stdout=StringIO())


def test_the_service_does_without_mjml() -> None:
    """What writes an email imports no MJML: only the command does."""
    program = (
        "import sys; import pages.document.email_page; "
        "from pages.document.email_shell import section; "
        "section('end', 'en', 'ltr'); assert not {'mrml', 'mjml'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[1])


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("<mj-column>", "<mj-colum>", "not well-formed"),
        ("mj-column", "mj-colum", "<mj-colum> is unknown. Allowed: mjml"),
        ('width="600px"', 'widht="600px"', "has the attribute 'widht'"),
        ('href="[[href]]"', 'href="থেরাপিস্ট"', "only ASCII"),
        ('<mj-column direction="{dir}" />', "", "<mj-column> has no direction"),
    ],
)
def test_a_fault_that_the_compiler_lets_through_is_refused(
    was: str, becomes: str, fault: str
) -> None:
    assert was in source()
    changed = source().replace(was, becomes).replace("{dir}", "rtl").replace("{start}", "right")
    with pytest.raises(FaultySource, match=re.escape(fault)):
        refuse_faults(changed)


def test_the_shell_of_a_right_to_left_email_is_the_mirror_image_of_the_other() -> None:
    left, right = ((SHELLS / f"{name}.html").read_text(encoding="utf-8") for name in ("ltr", "rtl"))
    assert "direction:ltr" not in right
    assert "direction:rtl" not in left
    # Columns say text-align:left in both: MJML's own, and each text in them says its own.
    turned = left.replace("ltr", "rtl").replace("text-align:left;color", "text-align:right;color")
    turned = turned.replace('align="left"', 'align="right"').replace("border-left", "border-right")
    assert turned == right


def test_every_slot_is_one_that_the_writer_fills() -> None:
    slots = set(re.findall(r"\[\[([a-z_]+)\]\]", source()))
    assert slots == {
        *("lang", "font", "leading", "breaking", "title", "preheader", "content", "href"),
        *("accent", "accent_text", "ground", "edge", "name"),
    }
