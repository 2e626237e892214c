"""Nobody can read mail at the domain of the demo, and its people invite others."""

from django.db import migrations


def prove(apps, _schema_editor):
    user_model = apps.get_model("accounts", "User")
    address_model = apps.get_model("account", "EmailAddress")
    people = user_model.objects.filter(
        memberships__organization__is_demo=True, email__endswith="@northwind.example"
    )
    for user in people.distinct():
        address_model.objects.update_or_create(
            user=user, email=user.email, defaults={"primary": True, "verified": True}
        )


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("accounts", "0005_serial_marks_and_sent_mail"),
    ]

    operations = [migrations.RunPython(prove, migrations.RunPython.noop)]
