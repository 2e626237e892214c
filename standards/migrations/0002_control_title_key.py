"""Titles of controls are searched by normalized text."""

from django.db import migrations

import common.fields
from common.search import search_key

BATCH = 500


def fill_keys(apps, schema_editor):
    control_model = apps.get_model("standards", "Control")
    batch = []
    for control in control_model.objects.only("pk", "title").iterator(BATCH):
        control.title_key = search_key(control.title)
        batch.append(control)
        if len(batch) == BATCH:
            control_model.objects.bulk_update(batch, ["title_key"])
            batch = []
    control_model.objects.bulk_update(batch, ["title_key"])


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="control",
            name="title_key",
            field=common.fields.SearchKeyField(source="title", default=""),
            preserve_default=False,
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
    ]
