"""The admin's editor and index, for imports that end there."""

from __future__ import annotations

from tests.admin.conftest import editor as editor
from tests.admin.conftest import editor_client as editor_client
from tests.admin.conftest import index as index
