"""The way to another site's sign-in and back; the library's own sign-in pages are not offered."""

from allauth.urls import build_provider_urlpatterns
from django.urls import path
from django.views.generic import RedirectView

from lab.accounts import views

urlpatterns = [
    path("cancelled/", RedirectView.as_view(pattern_name="accounts:sign-in"), name="socialaccount_login_cancelled"),
    path("error/", views.social_trouble, name="socialaccount_login_error"),
    path("taken/", views.taken, name="socialaccount_signup"),
    path("in/", RedirectView.as_view(pattern_name="accounts:sign-in"), name="account_login"),
    path("up/", RedirectView.as_view(pattern_name="accounts:sign-up"), name="account_signup"),
    path("out/", RedirectView.as_view(pattern_name="accounts:sign-in"), name="account_inactive"),
    *build_provider_urlpatterns(),
]
