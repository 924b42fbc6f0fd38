"""Service accounts, their tokens, and questions about who may do what."""

from base64 import urlsafe_b64decode

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from simulator.machinery.objects import Object
from tests.conformance.cluster import DEFAULT, PODS, Cluster, named, once, pod
from tests.conformance.ledger import honours

ACCOUNTS = f"{DEFAULT}/serviceaccounts"
FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount"


@honours("ServiceAccounts should guarantee kube-root-ca.crt exist in any namespace")
def test_root_certificate(cluster: Cluster) -> None:
    cluster.create("/api/v1/namespaces", named("v1", "Namespace", "shop"))
    url = "/api/v1/namespaces/shop/configmaps/kube-root-ca.crt"
    cluster.until(lambda: not cluster.gone(url))
    content = cluster.get(url)["data"]
    assert content["ca.crt"].startswith("-----BEGIN CERTIFICATE-----")
    cluster.delete(url)
    cluster.until(lambda: not cluster.gone(url))
    cluster.patch(url, {"data": {"ca.crt": "changed"}})
    cluster.until(lambda: cluster.get(url)["data"] == content)


@honours("ServiceAccounts should mount an API token into pods")
def test_token_is_mounted(cluster: Cluster) -> None:
    cluster.create(ACCOUNTS, named("v1", "ServiceAccount", "mine"))
    cluster.run(pod("one", "sleep", "3600", serviceAccountName="mine"))
    assert cluster.execute("one", "cat", f"{FOLDER}/token").count(".") == 2
    root = cluster.get(f"{DEFAULT}/configmaps/kube-root-ca.crt")["data"]["ca.crt"]
    assert cluster.execute("one", "cat", f"{FOLDER}/ca.crt").strip() == root.strip()
    assert cluster.execute("one", "cat", f"{FOLDER}/namespace") == "default"


@honours("ServiceAccounts should allow opting out of API token automount")
def test_opting_out(cluster: Cluster) -> None:
    for name, value in (("default-mount", None), ("mount", True), ("nomount", False)):
        account = named("v1", "ServiceAccount", name)
        cluster.create(ACCOUNTS, account if value is None else {**account, "automountServiceAccountToken": value})
        for word, asked in (("unset", None), ("yes", True), ("no", False)):
            fields = {} if asked is None else {"automountServiceAccountToken": asked}
            made = cluster.create(PODS, pod(f"{name}-{word}", "sleep", "3600", serviceAccountName=name, **fields))
            mounts = made["spec"]["containers"][0].get("volumeMounts") or ()
            wanted = asked if asked is not None else value is not False
            assert (FOLDER in [one["mountPath"] for one in mounts]) is wanted


@honours("ServiceAccounts should mount projected service account token")
def test_projected_token(cluster: Cluster) -> None:
    source = {"serviceAccountToken": {"path": "token", "expirationSeconds": 7200}}
    volume = {"name": "v", "projected": {"sources": [source]}}
    made = once("one", "cat /var/run/token", volumes=[volume], volumeMounts=[{"name": "v", "mountPath": "/var/run"}])
    made["spec"]["containers"][0]["volumeMounts"][0]["mountPath"] = "/tokens"
    made["spec"]["containers"][0]["command"] = ["cat", "/tokens/token"]
    assert cluster.finish(made).count(".") == 2


@honours("ServiceAccounts should create a serviceAccountToken and ensure a successful TokenReview")
def test_token_review(cluster: Cluster) -> None:
    cluster.create(ACCOUNTS, named("v1", "ServiceAccount", "mine"))
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    token = cluster.create(f"{ACCOUNTS}/mine/token", request)["status"]["token"]
    assert token
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}}
    status = cluster.create("/apis/authentication.k8s.io/v1/tokenreviews", review)["status"]
    assert status["authenticated"] is True
    assert "error" not in status
    assert status["user"]["username"] == "system:serviceaccount:default:mine"


@honours("ServiceAccounts should run through the lifecycle of a ServiceAccount")
def test_lifecycle(cluster: Cluster) -> None:
    watch = cluster.watch(f"{ACCOUNTS}?labelSelector=static%3Dtrue")
    cluster.create(ACCOUNTS, named("v1", "ServiceAccount", "mine", {"static": "true"}))
    assert watch.names() == ["ADDED mine"]
    cluster.patch(f"{ACCOUNTS}/mine", {"automountServiceAccountToken": False})
    (found,) = cluster.items("/api/v1/serviceaccounts?labelSelector=static%3Dtrue")
    assert found["automountServiceAccountToken"] is False
    cluster.delete(f"{ACCOUNTS}?labelSelector=static%3Dtrue")
    assert watch.names() == ["MODIFIED mine", "DELETED mine"]


@honours("ServiceAccounts should update a ServiceAccount")
def test_update(cluster: Cluster) -> None:
    cluster.create(ACCOUNTS, named("v1", "ServiceAccount", "mine"))
    cluster.change(f"{ACCOUNTS}/mine", lambda found: found.update(automountServiceAccountToken=True))
    assert cluster.get(f"{ACCOUNTS}/mine")["automountServiceAccountToken"] is True


@honours("SubjectReview should support SubjectReview API operations")
def test_subject_review(cluster: Cluster) -> None:
    cluster.create(ACCOUNTS, named("v1", "ServiceAccount", "mine"))
    user = "system:serviceaccount:default:mine"
    attributes = {"verb": "list", "resource": "configmaps", "namespace": "default", "version": "v1"}
    for url, kind in (
        ("", "SubjectAccessReview"),
        ("namespaces/default/", "LocalSubjectAccessReview"),
    ):
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": kind,
            "spec": {"user": user, "resourceAttributes": attributes},
        }
        asked = f"/apis/authorization.k8s.io/v1/{url}{kind.lower()}s"
        for allowed in (False, True):
            rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings"
            if allowed:
                role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}
                subjects = [{"kind": "ServiceAccount", "name": "mine", "namespace": "default"}]
                binding = named("rbac.authorization.k8s.io/v1", "RoleBinding", "mine", roleRef=role, subjects=subjects)
                cluster.create(rbac, binding)
            assert cluster.create(asked, review)["status"]["allowed"] is allowed
            response = cluster.request("GET", f"{DEFAULT}/configmaps", impersonate_user=user)
            assert response.status == (200 if allowed else 403)
            if allowed:
                cluster.delete(f"{rbac}/mine")


@honours("ServiceAccounts ServiceAccountIssuerDiscovery should support OIDC discovery of service account issuer")
def test_issuer_discovery(cluster: Cluster) -> None:
    """A Pod verifies its own token with what the server publishes of its keys."""
    role = {
        "apiGroup": "rbac.authorization.k8s.io",
        "kind": "ClusterRole",
        "name": "system:service-account-issuer-discovery",
    }
    subject = {"kind": "ServiceAccount", "name": "default", "namespace": "default"}
    binding = named("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "discovery", roleRef=role, subjects=[subject])
    cluster.create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding)
    cluster.run(pod("one", "sleep", "3600", image="curlimages/curl"))
    token = cluster.execute("one", "cat", f"{FOLDER}/token")

    def fetch(path: str) -> Object:
        address = f"https://kubernetes.default.svc{path}"
        said = cluster.execute(
            "one", "curl", "-s", "--cacert", f"{FOLDER}/ca.crt", "-H", f"Authorization: Bearer {token}", address
        )
        found: Object = orjson.loads(said)
        return found

    configuration = fetch("/.well-known/openid-configuration")
    head, claims, signature = (urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
    assert orjson.loads(claims)["iss"] == configuration["issuer"]
    assert configuration["jwks_uri"].endswith("/openid/v1/jwks")
    (key,) = [one for one in fetch("/openid/v1/jwks")["keys"] if one["kid"] == orjson.loads(head)["kid"]]
    x, y = (int.from_bytes(urlsafe_b64decode(key[name] + "=")) for name in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    written = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    public.verify(written, token.rpartition(".")[0].encode(), ec.ECDSA(SHA256()))
