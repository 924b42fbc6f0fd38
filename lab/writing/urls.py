from django.urls import path

from lab.writing import views

app_name = "writing"
urlpatterns = [
    path("writing/", views.overview, name="overview"),
    path("writing/prove/", views.prove_all, name="prove-all"),
    path("writing/scene/<uuid:sandbox_id>/", views.scene, name="scene"),
    path("writing/<str:module>/<str:lesson>/", views.draft, name="draft"),
    path("writing/<str:module>/<str:lesson>/try/", views.try_it, name="try"),
    path("writing/<str:module>/<str:lesson>/prove/", views.prove, name="prove"),
]
