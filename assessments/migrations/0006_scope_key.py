"""The scope is searched by normalized text."""

from django.db import migrations

import common.fields


def fill_keys(apps, schema_editor):
    # The field computes itself whenever its row is saved.
    for assessment in apps.get_model("assessments", "Assessment").objects.all():
        assessment.save(update_fields=["scope_key"])


class Migration(migrations.Migration):
    dependencies = [("assessments", "0005_critical_verdicts")]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="scope_key",
            field=common.fields.SearchKeyField(source="scope", default=""),
            preserve_default=False,
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
    ]
