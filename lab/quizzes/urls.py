from django.urls import path

from lab.quizzes import views

app_name = "quizzes"
urlpatterns = [
    path("lessons/<slug:lesson_id>/quiz/", views.quiz, name="quiz"),
    path("lessons/<slug:lesson_id>/quiz/<slug:key>/", views.answer, name="answer"),
    path("reviews/", views.reviews, name="reviews"),
]
