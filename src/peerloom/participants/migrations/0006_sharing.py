import django.db.models.deletion
from django.db import migrations, models


def to_the_programs_own(apps, schema_editor):
    """Until now everybody belonged to the organisation that runs the program."""
    Program = apps.get_model("programs", "Program")
    owner = Program.objects.filter(pk=models.OuterRef("program")).values("organisation")[:1]
    for name in ("Participant", "ImportFile"):
        rows = apps.get_model("participants", name).objects
        rows.update(organisation=models.Subquery(owner))


def organisation(related_name, null):
    return models.ForeignKey(
        null=null,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to="accounts.organisation",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_records"),
        ("participants", "0005_column_mappings"),
        ("programs", "0004_sharing"),
    ]

    operations = [
        migrations.AddField("participant", "crosses", models.JSONField(default=list)),
        migrations.AddField("participant", "crosses_at", models.DateTimeField(null=True)),
        migrations.AddField("participant", "cross_asked", models.JSONField(default=list)),
        migrations.AddField("participant", "cross_letter_at", models.DateTimeField(null=True)),
        migrations.AddField("participant", "organisation", organisation("places", True)),
        migrations.AddField("importfile", "organisation", organisation("import_files", True)),
        migrations.RunPython(to_the_programs_own, migrations.RunPython.noop),
    ]
