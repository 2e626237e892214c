from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def date_finished_reports(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The nearest that is known of reports made before."""
    reports = apps.get_model("reports", "Report").objects.filter(state="done")
    reports.update(started_at=models.F("finished_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='started_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(date_finished_reports, migrations.RunPython.noop),
    ]
