import django.db.models.deletion
from django.db import migrations, models


def organisation(related_name):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to="accounts.organisation",
    )


class Migration(migrations.Migration):
    """Apart from what fills the column, which PostgreSQL does not change in one go."""

    dependencies = [("participants", "0006_sharing")]

    operations = [
        migrations.AlterField("participant", "organisation", organisation("places")),
        migrations.AlterField("importfile", "organisation", organisation("import_files")),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(
                fields=["program", "organisation"], name="participant_program_387830_idx"
            ),
        ),
    ]
