"""Addresses. Pages carry their language in front (`/ko/course/`); the API gateway and the sockets are in `lab.asgi`."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from lab import views
from lab.catalogue.views import home
from lab.sandboxes.sockets import not_a_page

urlpatterns = [
    path("health/", views.health, name="health"),
    path("favicon.ico", RedirectView.as_view(url="/static/mark.svg", permanent=True)),
    path("admin/", admin.site.urls),
    path("ws/sandboxes/<uuid:sandbox_id>/", not_a_page, name="sandbox-socket"),
    path("ws/watched/<uuid:sandbox_id>/", not_a_page, name="watch-socket"),
    path("ws/notices/", not_a_page, name="notice-socket"),
    *i18n_patterns(
        path("", home, name="home"),
        path("", include("lab.accounts.urls")),
        path("social/", include("lab.accounts.social_urls")),
        path("", include("lab.catalogue.urls")),
        path("", include("lab.sandboxes.urls")),
        path("", include("lab.grading.urls")),
        path("", include("lab.quizzes.urls")),
        path("", include("lab.playground.urls")),
        path("", include("lab.practice.urls")),
        path("", include("lab.classrooms.urls")),
        path("", include("lab.faults.urls")),
        path("", include("lab.jobs.urls")),
        path("", include("lab.writing.urls")),
    ),
]

handler403 = "lab.views.not_for_you"
handler404 = "lab.views.not_here"
handler500 = "lab.views.our_error"
