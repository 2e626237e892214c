"""All addresses of Plumbline."""

from django.contrib import admin
from django.urls import include, path

from assessments.views.dashboard import dashboard
from common.views import discard_form, healthz

handler500 = "common.views.server_error"

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("healthz", healthz, name="healthz"),
    path("kept-form/discard/", discard_form, name="discard_form"),
    path("accounts/", include("allauth.account.urls")),
    path("standards/", include("standards.urls")),
    path("assessments/", include("assessments.urls")),
    path("reports/", include("reports.urls")),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
]
