"""Let a report know by counting what it has seen, not by the clock."""

from django.db import migrations, models
from django.db.models import Q


def count_what_was_seen(apps, _editor) -> None:
    """Count what had changed when each report was begun; the clock is all there is."""
    Report = apps.get_model("reports", "Report")
    AnswerRevision = apps.get_model("assessments", "AnswerRevision")
    Verdict = apps.get_model("assessments", "Verdict")
    Event = apps.get_model("accounts", "Event")
    tuning = Q(action="assessment.tuned") | Q(
        action="assessment.changed", before__has_key="target"
    )
    reports = Report.objects.exclude(started_at=None).select_related("assessment")
    for report in reports.iterator():
        until, assessment = report.started_at, report.assessment
        events = Event.objects.filter(
            subject=f"assessment:{assessment.code}", at__lte=until
        )
        # Each version of an answer is one revision.
        report.seen_answers = AnswerRevision.objects.filter(
            answer__assessment=assessment, at__lte=until
        ).count()
        report.seen_verdicts = Verdict.objects.filter(
            answer__assessment=assessment, at__lte=until
        ).count()
        report.seen_tunings = events.filter(tuning).count()
        report.seen_steps = events.filter(after__has_key="state").count()
        report.save()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("assessments", "0001_initial"),
        ("reports", "0002_started_at"),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='seen_answers',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='seen_steps',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='seen_tunings',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='seen_verdicts',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='suspected',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(count_what_was_seen, migrations.RunPython.noop),
    ]
