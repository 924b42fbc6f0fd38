from django.urls import path

from lab.sandboxes import editor, views

app_name = "sandboxes"
urlpatterns = [
    path("sandboxes/<uuid:sandbox_id>/start-over/", views.begin_again, name="start-over"),
    path("sandboxes/<uuid:sandbox_id>/own-tools/", views.own_tools, name="own-tools"),
    path("sandboxes/<uuid:sandbox_id>/kubeconfig/", views.download_kubeconfig, name="kubeconfig"),
    path("sandboxes/<uuid:sandbox_id>/revoke/", views.revoke, name="revoke"),
    path("sandboxes/<uuid:sandbox_id>/files/", editor.listing, name="files"),
    path("sandboxes/<uuid:sandbox_id>/file/", editor.text, name="file"),
    path("sandboxes/<uuid:sandbox_id>/file/save/", editor.save, name="save-file"),
    path("sandboxes/<uuid:sandbox_id>/inspect/", editor.inspect, name="inspect"),
    path("sandboxes/<uuid:sandbox_id>/fields/", editor.fields, name="fields"),
]
