"""Ten thousand pages out of five hundred: rows copied by SQL, in every table that a read touches.

The copies have slugs, ids and document ids of their own; their bytes are the original's.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, transaction

STEP = 1_000_000  # copy k of row n is row n + k * STEP
_KEY = "md5(original.{column}::text || copy)::uuid"
# Wagtail's tree: siblings are told apart by four characters of the path. Those made here are
# decimal, 0100 to 9599; the originals' are base 36, and five hundred of them end at 00DW.
_PATH = (
    "left(original.path, -4) || "
    "lpad((100 + (copy - 1) * {siblings} + dense_rank() OVER (PARTITION BY left(original.path, -4)"
    " ORDER BY original.path) - 1)::text, 4, '0')"
)
_SHIFTED = "original.{column} + copy * {step}"

Overrides = Mapping[str, str]


def multiply(times: int, siblings: int) -> None:
    """Every treatment `times` times. siblings: how many there are under each index page."""
    treatments = "EXISTS (SELECT 1 FROM pages_treatmentpage t WHERE t.page_ptr_id = original.id)"
    key = {"document_id": _KEY}
    with transaction.atomic(), connection.cursor() as cursor:
        # The log's triggers would number 19,000 rows one by one.
        cursor.execute("SET LOCAL session_replication_role = replica")
        _copy(
            "wagtailcore_page",
            {
                "id": _SHIFTED,
                "path": _PATH.replace("{siblings}", str(siblings)),
                "translation_key": _KEY,
                "slug": "original.slug || '-' || copy",
                "url_path": "rtrim(original.url_path, '/') || '-' || copy || '/'",
            },
            times,
            where=treatments,
        )
        _copy("pages_treatmentpage", {"page_ptr_id": _SHIFTED}, times)
        _copy("pages_edition", {"id": _SHIFTED, "seq": _SHIFTED, **key}, times)
        _copy(
            "pages_currentedition",
            {
                "id": _SHIFTED,
                "edition_id": _SHIFTED,
                "page_id": _SHIFTED,
                "slug": "original.slug || '-' || copy",
                **key,
            },
            times,
        )
        _copy("pages_facet", {"id": _SHIFTED, "current_id": _SHIFTED}, times)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _copy(table: str, overrides: Overrides, times: int, where: str = "true") -> None:
    with connection.cursor() as cursor:
        names = [
            column.name for column in connection.introspection.get_table_description(cursor, table)
        ]
        values = [
            overrides.get(name, "original.{column}")
            .replace("{column}", connection.ops.quote_name(name))
            .replace("{step}", str(STEP))
            for name in names
        ]
        # Every part of the statement stands in this file or is a column's name.
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(map(connection.ops.quote_name, names))}) "  # noqa: S608
            f"SELECT {', '.join(values)} FROM {table} original, generate_series(1, {times}) copy "
            f"WHERE {where}"
        )
