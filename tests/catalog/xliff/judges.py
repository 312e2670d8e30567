"""What others say of XLIFF: OASIS's schemas, Schematron and test suite. Not shipped with this."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from lxml import etree

from tests.judge import absent

JUDGES: Path = settings.BASE_DIR.parent / "shared" / "judges" / "xliff"
SCHEMAS = JUDGES / "xliff-21" / "schemas"
SUITE = JUDGES / "xliff-21" / "test-suite" / "core"


def needs_judges() -> None:
    if not JUDGES.exists():
        pytest.skip("needs OASIS's schemas and test suite beside the project")


@cache
def strict_schema() -> etree.XMLSchema:
    """XLIFF 1.2, strict. The schema of xml:lang and xml:space is at hand, not on the network."""
    local = SCHEMAS / "informativeCopiesOf3rdPartySchemas" / "w3c" / "xml.xsd"

    class Local(etree.Resolver):
        def resolve(self, system_url, public_id, context):
            if system_url and system_url.endswith("/xml.xsd"):
                return self.resolve_filename(str(local), context)
            return None

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    path = JUDGES / "xliff-12" / "xliff-core-1.2-strict.xsd"
    return etree.XMLSchema(etree.parse(path, parser))


def faults_12(data: bytes) -> list[str]:
    needs_judges()
    schema = strict_schema()
    schema.validate(etree.fromstring(data))
    return [f"{entry.line}: {entry.message}" for entry in schema.error_log]


def faults_20(data: bytes, folder: Path) -> list[str]:
    """By jing over the NVDL: schemas and Schematron of 2.1, with all modules."""
    needs_judges()
    if shutil.which("jing") is None:
        absent("jing: apt install jing libsaxon-java")
    path = folder / "judged.xlf"
    path.write_bytes(data)
    command = ["jing", "xliff_2_advanced_validation.nvdl", str(path)]
    found = subprocess.run(command, cwd=SCHEMAS, capture_output=True, text=True, check=False)
    assert found.returncode == 0 or found.stdout.strip(), found.stderr
    faults = re.split(r"^(?=\S*error: )", found.stdout, flags=re.MULTILINE)
    # A stale target has the codes of an older wording: "not an error since 'state' [...] is not
    # final", as jing says itself, which knows no other word for it.
    return [fault for fault in faults if fault.strip() and "WARNING: " not in fault]
