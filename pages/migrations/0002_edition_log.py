"""What makes the edition log a log: its position, and that nothing rewrites it."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# The position is taken at COMMIT, from one counter row, so that a reader that has seen n has
# seen everything below n. A sequence or an early lock loses changes or throughput.
POSTGRESQL = [
    """
    CREATE FUNCTION pages_edition_take_seq() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE position bigint;
    BEGIN
        INSERT INTO pages_feedcounter (id, n) VALUES (1, 1)
        ON CONFLICT (id) DO UPDATE SET n = pages_feedcounter.n + 1 RETURNING n INTO position;
        UPDATE pages_edition SET seq = position WHERE id = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER pages_edition_seq AFTER INSERT ON pages_edition
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pages_edition_take_seq()
    """,
    """
    CREATE FUNCTION pages_edition_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'pages_edition is append-only';
    END $$
    """,
    """
    CREATE TRIGGER pages_edition_no_update BEFORE UPDATE ON pages_edition
    FOR EACH ROW WHEN (OLD.seq IS NOT NULL) EXECUTE FUNCTION pages_edition_refuse()
    """,
    """
    CREATE TRIGGER pages_edition_no_delete BEFORE DELETE ON pages_edition
    FOR EACH ROW EXECUTE FUNCTION pages_edition_refuse()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER pages_edition_no_delete ON pages_edition",
    "DROP TRIGGER pages_edition_no_update ON pages_edition",
    "DROP TRIGGER pages_edition_seq ON pages_edition",
    "DROP FUNCTION pages_edition_refuse()",
    "DROP FUNCTION pages_edition_take_seq()",
]
# SQLite has one writer (BEGIN IMMEDIATE), so the AUTOINCREMENT id is in commit order. Deleting
# is not refused here: SQLite empties tables row by row when a test database is flushed.
SQLITE = [
    """
    CREATE TRIGGER pages_edition_seq AFTER INSERT ON pages_edition
    BEGIN UPDATE pages_edition SET seq = NEW.id WHERE id = NEW.id; END
    """,
    """
    CREATE TRIGGER pages_edition_no_update BEFORE UPDATE ON pages_edition
    WHEN OLD.seq IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'pages_edition is append-only'); END
    """,
]
SQLITE_BACK = ["DROP TRIGGER pages_edition_no_update", "DROP TRIGGER pages_edition_seq"]


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _for(schema_editor, SQLITE, POSTGRESQL):
        schema_editor.execute(statement)


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _for(schema_editor, SQLITE_BACK, POSTGRESQL_BACK):
        schema_editor.execute(statement)


def _for(
    schema_editor: BaseDatabaseSchemaEditor, sqlite: list[str], postgresql: list[str]
) -> list[str]:
    return {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
