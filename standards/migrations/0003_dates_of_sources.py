"""A fact says when its source appeared and when it was checked; so far it had one date.

Of that date nobody knows which of the two it was: it becomes the day of the check, and
loading the library again brings both.
"""

from django.db import migrations


def split_dates(apps, schema_editor):
    for standard in apps.get_model("standards", "Standard").objects.all():
        profile = standard.profile
        entries = [*profile.get("aspects", {}).values(), *profile.get("sources", [])]
        for entry in entries:
            if "date" in entry:
                entry["checked"] = entry.pop("date")
                entry["published"] = None
        standard.save(update_fields=["profile"])


class Migration(migrations.Migration):
    dependencies = [("standards", "0002_control_title_key")]

    operations = [migrations.RunPython(split_dates, migrations.RunPython.noop)]
