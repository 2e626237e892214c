from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0010_convert_evidence_lists")]

    operations = [
        migrations.RemoveField(model_name="answerrevision", name="evidence"),
    ]
