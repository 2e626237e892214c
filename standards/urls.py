"""The public library."""

from django.urls import path

from standards import views

app_name = "standards"

urlpatterns = [
    path("", views.standard_list, name="list"),
    # Any text: people write ISO-27001 and iso27001, and are led to the one address.
    path("<str:slug>/", views.standard, name="standard"),
    path("<str:slug>/<str:edition>/", views.edition, name="edition"),
]
