from django.urls import path

from lab.sandboxes import views

app_name = "sandboxes"
urlpatterns = [
    path("sandboxes/<uuid:sandbox_id>/start-over/", views.begin_again, name="start-over"),
    path("sandboxes/<uuid:sandbox_id>/own-tools/", views.own_tools, name="own-tools"),
    path("sandboxes/<uuid:sandbox_id>/kubeconfig/", views.download_kubeconfig, name="kubeconfig"),
    path("sandboxes/<uuid:sandbox_id>/revoke/", views.revoke, name="revoke"),
]
