"""All addresses of Plumbline."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.views import security
from accounts.views.addresses import AddressesView, ConfirmAddressView
from assessments.views.dashboard import dashboard
from common.views import discard_form, healthz, icon, robots
from config.sitemaps import SITEMAPS

handler500 = "common.views.server_error"

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("healthz", healthz, name="healthz"),
    path("robots.txt", robots, name="robots"),
    path(
        "sitemap.xml",
        login_not_required(sitemap),
        {"sitemaps": SITEMAPS},
        name="sitemap",
    ),
    path("favicon.ico", icon, {"file": "img/favicon.ico"}, name="favicon"),
    path("apple-touch-icon.png", icon, {"file": "img/icon-180.png"}, name="touch_icon"),
    path("kept-form/discard/", discard_form, name="discard_form"),
    path("accounts/email/", AddressesView.as_view(), name="account_email"),
    path(
        "accounts/confirm-email/<str:key>/",
        ConfirmAddressView.as_view(),
        name="account_confirm_email",
    ),
    path("accounts/", include("allauth.account.urls")),
    path("account/security/", security.show, name="mfa_index"),
    path(
        "account/security/webauthn/",
        RedirectView.as_view(pattern_name="mfa_index"),
        name="mfa_list_webauthn",
    ),
    path("account/security/", include("allauth.mfa.urls")),
    path("standards/", include("standards.urls")),
    path("assessments/", include("assessments.urls")),
    path("reports/", include("reports.urls")),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
]
