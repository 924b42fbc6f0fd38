from django.urls import path

from lab.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("course/", views.course, name="course"),
    path("search/", views.search, name="search"),
    path("glossary/", views.glossary, name="glossary"),
    path("lessons/<slug:lesson_id>/", views.lesson, name="lesson"),
]
