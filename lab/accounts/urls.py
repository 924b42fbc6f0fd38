from django.urls import path

from lab.accounts import views

app_name = "accounts"
urlpatterns = [
    path("start/", views.start, name="start"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-up/", views.sign_up, name="sign-up"),
    path("account/", views.account, name="account"),
    path("account/name/", views.rename, name="rename"),
    path("account/link/", views.verify_again, name="send-link"),
    path("verify/<token>/", views.verify, name="verify"),
    path("account/export/", views.export, name="export"),
    path("account/delete/", views.delete, name="delete"),
    path("new-password/", views.ask_for_new_password, name="new-password"),
    path("new-password/<uidb64>/<token>/", views.NewPassword.as_view(), name="set-password"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
