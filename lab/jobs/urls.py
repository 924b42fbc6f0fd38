from django.urls import path

from lab.jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/<uuid:job_id>/", views.strip, name="strip"),
    path("jobs/<uuid:job_id>/result/", views.result, name="result"),
    path("jobs/<uuid:job_id>/pause/", views.pause, name="pause"),
    path("jobs/<uuid:job_id>/put-away/", views.put_away, name="put-away"),
]
