"""Reports: the list, one report with its state, its file."""

from django.urls import path

from reports.views import reports

app_name = "reports"

urlpatterns = [
    path("", reports.report_list, name="list"),
    # /reports/request/<assessment code>/
    path("request/<str:assessment>/", reports.request_report, name="request"),
    # /reports/of/<assessment code>/
    path("of/<str:assessment>/", reports.jobs, name="jobs"),
    # /reports/<code>/
    path("<str:code>/", reports.report, name="report"),
    path("<str:code>/retry/", reports.retry, name="retry"),
    path("<str:code>/file/", reports.download, name="download"),
]
