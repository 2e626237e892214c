"""Every page of the work. Codes and refs in the address are stable and readable."""

from django.urls import path

from assessments.views import (
    answers,
    assessments,
    checking,
    evidence,
    history,
    progress,
    questionnaire,
    removal,
    results,
    review,
    submission,
    tasks,
    transfer,
    tuning,
    wizard,
)

app_name = "assessments"

urlpatterns = [
    path("", assessments.assessment_list, name="list"),
    # /assessments/new/: four screens
    path("new/", wizard.choose_standard, name="new"),
    path("new/scope/", wizard.choose_scope, name="new_scope"),
    path("new/period/", wizard.choose_period, name="new_period"),
    path("new/people/", wizard.choose_people, name="new_people"),
    # /assessments/<code>/
    path("<str:code>/", tasks.tasks, name="tasks"),
    path("<str:code>/plan/", assessments.plan, name="plan"),
    path("<str:code>/weights/", tuning.weights, name="weights"),
    path("<str:code>/remove/", removal.remove, name="remove"),
    path("<str:code>/people/", assessments.people, name="people"),
    path("<str:code>/history/", history.assessment_history, name="history"),
    path("<str:code>/controls/", tasks.controls, name="controls"),
    path("<str:code>/check/", submission.check_all, name="check_all"),
    path("<str:code>/submit/", submission.submit, name="submit"),
    path("<str:code>/results/", results.results, name="results"),
    # /assessments/<code>/transfer/: answers out as a file, and in
    path("<str:code>/transfer/", transfer.transfer, name="transfer"),
    path(
        "<str:code>/transfer/answers.<str:form>",
        transfer.answers_file,
        name="answers_file",
    ),
    path("<str:code>/transfer/<uuid:upload>/", transfer.preview, name="import"),
    # /assessments/<code>/sections/<ref>/
    path("<str:code>/sections/<str:ref>/", questionnaire.section, name="section"),
    path("<str:code>/sections/<str:ref>/check/", checking.check, name="check"),
    path("<str:code>/sections/<str:ref>/progress/", progress.progress, name="progress"),
    # /assessments/<code>/controls/<ref>/
    path("<str:code>/controls/<str:ref>/", questionnaire.control, name="control"),
    path("<str:code>/controls/<str:ref>/answer/", answers.save, name="answer"),
    path(
        "<str:code>/controls/<str:ref>/history/",
        history.control_history,
        name="control_history",
    ),
    path(
        "<str:code>/controls/<str:ref>/restore/<int:version>/",
        history.restore,
        name="restore",
    ),
    path("<str:code>/controls/<str:ref>/evidence/", evidence.add, name="evidence_add"),
    path(
        "<str:code>/controls/<str:ref>/evidence/<uuid:evidence>/remove/",
        evidence.remove,
        name="evidence_remove",
    ),
    path(
        "<str:code>/controls/<str:ref>/evidence/<uuid:evidence>/restore/",
        evidence.put_back,
        name="evidence_restore",
    ),
    path("<str:code>/evidence/<uuid:evidence>/", evidence.download, name="evidence"),
    path(
        "<str:code>/evidence/<uuid:evidence>/contents/",
        evidence.contents,
        name="evidence_contents",
    ),
    # /assessments/<code>/review/
    path("<str:code>/review/", review.queue, name="review"),
    path("<str:code>/review/send-back/", review.send_back, name="send_back"),
    path("<str:code>/review/accept/", review.accept, name="accept"),
    path("<str:code>/review/seal/", review.seal, name="seal"),
    path("<str:code>/review/reopen/", review.reopen, name="reopen"),
    path("<str:code>/review/<str:ref>/", review.control, name="review_control"),
]
