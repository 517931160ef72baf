"""The database itself refuses to change what was written into the audit log, or to delete it.

Whoever makes that table anew in a later migration on SQLite has to lay these on again (`lay`); what
is bound may not be deleted while the chain has its key, so that an emptied database can be emptied.
"""

from django.db import migrations

TOLD = ("organisation_id", "actor_id", "verb", "thing", "thing_id", "details", "at")
BOUND = ("place", "mark")
WORDS = "the audit log is only ever added to"


def sqlite(schema_editor):
    told = " OR ".join(f"NEW.{n} IS NOT OLD.{n}" for n in ("id", *TOLD))
    bound = " OR ".join(f"NEW.{n} IS NOT OLD.{n}" for n in BOUND)
    schema_editor.execute(
        "CREATE TRIGGER core_audit_unchanged BEFORE UPDATE ON core_auditentry "
        f"WHEN {told} OR (OLD.place IS NOT NULL AND ({bound})) "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    )
    schema_editor.execute(
        "CREATE TRIGGER core_audit_kept BEFORE DELETE ON core_auditentry "
        "WHEN OLD.place IS NOT NULL AND EXISTS (SELECT 1 FROM core_auditkey) "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    )


def postgresql(schema_editor):
    told = " OR ".join(f"NEW.{n} IS DISTINCT FROM OLD.{n}" for n in ("id", *TOLD))
    bound = " OR ".join(f"NEW.{n} IS DISTINCT FROM OLD.{n}" for n in BOUND)
    schema_editor.execute(
        "CREATE FUNCTION core_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    schema_editor.execute(
        "CREATE TRIGGER core_audit_unchanged BEFORE UPDATE ON core_auditentry FOR EACH ROW "
        f"WHEN ({told} OR (OLD.place IS NOT NULL AND ({bound}))) "
        "EXECUTE FUNCTION core_audit_refuse()"
    )
    # A trigger's WHEN may not ask another table: the function does.
    schema_editor.execute(
        "CREATE FUNCTION core_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF OLD.place IS NOT NULL AND EXISTS (SELECT 1 FROM core_auditkey) THEN "
        f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN OLD; END $$"
    )
    schema_editor.execute(
        "CREATE TRIGGER core_audit_kept BEFORE DELETE ON core_auditentry FOR EACH ROW "
        "EXECUTE FUNCTION core_audit_keep()"
    )


def lay(apps, schema_editor):
    {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor](schema_editor)


def take_up(apps, schema_editor):
    on = " ON core_auditentry" if schema_editor.connection.vendor == "postgresql" else ""
    for name in ("core_audit_unchanged", "core_audit_kept"):
        schema_editor.execute(f"DROP TRIGGER {name}{on}")
    if on:
        schema_editor.execute("DROP FUNCTION core_audit_refuse(), core_audit_keep()")


class Migration(migrations.Migration):
    dependencies = [("core", "0003_chain")]
    operations = [migrations.RunPython(lay, take_up)]
