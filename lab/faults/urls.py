from django.urls import path

from lab.faults import views

HERE = "sandboxes/<uuid:sandbox_id>/faults/"
CLASS = "classes/<uuid:classroom_id>/assignments/<int:assignment_id>/faults/"

app_name = "faults"
urlpatterns = [
    path(HERE, views.panel, name="panel"),
    path(HERE + "set-off/", views.set_off, name="set-off"),
    path(HERE + "release/", views.release, name="release"),
    path(CLASS, views.for_class, name="class"),
    path(CLASS + "set-off/", views.set_off_everywhere, name="class-set-off"),
    path(CLASS + "release/<uuid:job_id>/", views.release_everywhere, name="class-release"),
]
