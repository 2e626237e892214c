"""Team names are compared by normalized text; names that were equal get a number."""

from django.db import migrations, models

import common.fields
from common.search import search_key


def fill_keys(apps, schema_editor):
    team_model = apps.get_model("accounts", "Team")
    taken = set()
    for team in team_model.objects.order_by("pk"):
        name, number = team.name, 1
        while (team.organization_id, search_key(name)) in taken:
            number += 1
            name = f"{team.name[:110]} ({number})"
        taken.add((team.organization_id, search_key(name)))
        team.name = name
        team.name_key = search_key(name)
        team.save(update_fields=["name", "name_key"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_second_factor_and_sessions")]

    operations = [
        migrations.AddField(
            model_name="team",
            name="name_key",
            field=common.fields.SearchKeyField(source="name", default=""),
            preserve_default=False,
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="team", name="team_name_once_per_organization"
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(
                fields=["organization", "name_key"],
                name="team_name_once_per_organization",
            ),
        ),
    ]
