"""What search engines shall find: the public pages, with the days they changed."""

from collections.abc import Iterable
from datetime import date

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from standards.models import Edition, Standard


class PageSitemap(Sitemap):
    """Pages without a database row of their own."""

    def items(self) -> list[str]:
        return [
            "standards:list",
            "accounts:help",
            "accounts:accessibility",
            "accounts:privacy",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class StandardSitemap(Sitemap):
    """Profiles of standards; they changed on the day of their last review."""

    def items(self) -> Iterable[Standard]:
        return Standard.objects.order_by("slug")

    def lastmod(self, item: Standard) -> date:
        return date.fromisoformat(item.profile["reviewed_on"])


class EditionSitemap(Sitemap):
    """Published editions; they never change after that day."""

    def items(self) -> Iterable[Edition]:
        editions = Edition.objects.in_library().select_related("standard")
        return editions.order_by("standard__slug", "slug")

    def lastmod(self, item: Edition) -> date | None:
        return item.published_at.date() if item.published_at else None


SITEMAPS = {
    "pages": PageSitemap,
    "standards": StandardSitemap,
    "editions": EditionSitemap,
}
