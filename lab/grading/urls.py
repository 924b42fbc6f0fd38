from django.urls import path

from lab.grading import views

app_name = "grading"
urlpatterns = [
    path("sandboxes/<uuid:sandbox_id>/tasks/", views.tasks, name="tasks"),
    path("sandboxes/<uuid:sandbox_id>/solution/", views.solution, name="solution"),
    path("sandboxes/<uuid:sandbox_id>/check/", views.check, name="check"),
    path("sandboxes/<uuid:sandbox_id>/tasks/<slug:task_id>/hint/", views.hint, name="hint"),
]
