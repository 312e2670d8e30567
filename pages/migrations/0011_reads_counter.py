"""One number that changes with everything that a read can find, for who keeps what reads found."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# At COMMIT, as the log's position is, and in the same row: two transactions wait for each other
# there and nowhere else, and cannot lock each other out. Once a transaction: what follows it is
# seen with the same commit.
POSTGRESQL = [
    """
    CREATE FUNCTION pages_currentedition_count() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('polyclinic.counted', true)
            IS NOT DISTINCT FROM pg_current_xact_id()::text
        THEN
            RETURN NULL;
        END IF;
        PERFORM set_config('polyclinic.counted', pg_current_xact_id()::text, true);
        INSERT INTO pages_feedcounter (id, n, changes) VALUES (1, 0, 1)
        ON CONFLICT (id) DO UPDATE SET changes = pages_feedcounter.changes + 1;
        RETURN NULL;
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER pages_currentedition_counted
    AFTER INSERT OR UPDATE OR DELETE ON pages_currentedition
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pages_currentedition_count()
    """,
    # The row is made by whichever of the two comes first.
    """
    CREATE OR REPLACE FUNCTION pages_edition_take_seq() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE position bigint;
    BEGIN
        INSERT INTO pages_feedcounter (id, n, changes) VALUES (1, 1, 0)
        ON CONFLICT (id) DO UPDATE SET n = pages_feedcounter.n + 1 RETURNING n INTO position;
        UPDATE pages_edition SET seq = position WHERE id = NEW.id;
        RETURN NULL;
    END $$
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER pages_currentedition_counted ON pages_currentedition",
    "DROP FUNCTION pages_currentedition_count()",
    """
    CREATE OR REPLACE FUNCTION pages_edition_take_seq() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE position bigint;
    BEGIN
        INSERT INTO pages_feedcounter (id, n) VALUES (1, 1)
        ON CONFLICT (id) DO UPDATE SET n = pages_feedcounter.n + 1 RETURNING n INTO position;
        UPDATE pages_edition SET seq = position WHERE id = NEW.id;
        RETURN NULL;
    END $$
    """,
]
SQLITE = [
    """
    CREATE TRIGGER pages_currentedition_counted_insert AFTER INSERT ON pages_currentedition
    BEGIN
        INSERT INTO pages_feedcounter (id, n, changes) VALUES (1, 0, 1)
        ON CONFLICT (id) DO UPDATE SET changes = changes + 1;
    END
    """,
    """
    CREATE TRIGGER pages_currentedition_counted_update AFTER UPDATE ON pages_currentedition
    BEGIN
        INSERT INTO pages_feedcounter (id, n, changes) VALUES (1, 0, 1)
        ON CONFLICT (id) DO UPDATE SET changes = changes + 1;
    END
    """,
    """
    CREATE TRIGGER pages_currentedition_counted_delete AFTER DELETE ON pages_currentedition
    BEGIN
        INSERT INTO pages_feedcounter (id, n, changes) VALUES (1, 0, 1)
        ON CONFLICT (id) DO UPDATE SET changes = changes + 1;
    END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER pages_currentedition_counted_insert",
    "DROP TRIGGER pages_currentedition_counted_update",
    "DROP TRIGGER pages_currentedition_counted_delete",
]


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
    dependencies = [("pages", "0010_feed")]
    operations = [
        migrations.AddField("feedcounter", "changes", models.BigIntegerField(default=0)),
        migrations.RunPython(install, remove),
    ]
