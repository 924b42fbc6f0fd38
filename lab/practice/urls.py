from django.urls import path

from lab.practice import views

app_name = "practice"
urlpatterns = [
    path("practice/", views.overview, name="overview"),
    path("gym/draw/", views.draw, name="draw-any"),
    path("gym/<slug:world_id>/", views.world, name="world"),
    path("gym/<slug:world_id>/draw/", views.draw, name="draw"),
    path("exams/<slug:exam_id>/begin/", views.begin, name="begin"),
    path("exams/attempts/<int:attempt_id>/", views.attempt, name="attempt"),
    path("exams/attempts/<int:attempt_id>/hand-in/", views.hand_in, name="hand-in"),
    path("exams/attempts/<int:attempt_id>/<int:number>/", views.part, name="part"),
    path("exams/attempts/<int:attempt_id>/<int:number>/flag/", views.flag, name="flag"),
]
