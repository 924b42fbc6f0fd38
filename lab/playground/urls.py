from django.urls import path

from lab.playground import views

app_name = "playground"
urlpatterns = [
    path("playground/", views.overview, name="overview"),
    path("playground/new/", views.make, name="make"),
    path("playground/<uuid:sandbox_id>/", views.workspace, name="open"),
    path("playground/<uuid:sandbox_id>/delete/", views.delete, name="delete"),
    path("sandboxes/<uuid:sandbox_id>/share/", views.share, name="share"),
    path("moments/<uuid:beginning_id>/", views.shared, name="shared"),
    path("moments/<uuid:beginning_id>/unshare/", views.unshare, name="unshare"),
    path("m/<str:token>/", views.moment, name="moment"),
    path("m/<str:token>/take/", views.take, name="take"),
]
