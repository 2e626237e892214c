"""People and organizations for tests. Everybody's password is PASSWORD."""

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Invitation, Membership, Organization, Team, User

PASSWORD = "seven oak trees by the river"


class UserFactory(factory.django.DjangoModelFactory):
    """A person whose address is confirmed; `proven=False` for one who never did."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda number: f"Person {number}")
    email = factory.LazyAttribute(
        lambda user: f"{user.name.lower().replace(' ', '.')}@example.com"
    )
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    @factory.post_generation
    def proven(user, create, extracted, **_kwargs):  # noqa: N805 -- factory_boy's
        if create and extracted is not False:
            EmailAddress.objects.create(
                user=user, email=user.email, primary=True, verified=True
            )


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda number: f"Organization {number}")
    time_zone = "Europe/Lisbon"


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda number: f"Team {number}")


class MembershipFactory(factory.django.DjangoModelFactory):
    """A contributor; `teams=[...]` puts them into teams."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    organization = factory.SubFactory(OrganizationFactory)
    role = Role.CONTRIBUTOR

    @factory.post_generation
    def teams(membership, create, extracted, **_kwargs):  # noqa: N805 -- factory_boy's
        if create and extracted:
            membership.teams.set(extracted)


class InvitationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Invitation

    organization = factory.SubFactory(OrganizationFactory)
    email = factory.Sequence(lambda number: f"invited{number}@example.com")
    role = Role.CONTRIBUTOR
    invited_by = factory.SubFactory(UserFactory)
    sent_at = factory.LazyFunction(timezone.now)
