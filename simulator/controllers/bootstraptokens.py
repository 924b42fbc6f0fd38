"""Bootstrap tokens that are over. Upstream: pkg/controller/bootstrap/tokencleaner.go"""

from simulator.controllers.base import Controller
from simulator.machinery.bootstraptokens import TYPE, end, told
from simulator.machinery.objects import Key


class TokenCleanerController(Controller):
    """Deletes a token's Secret when it expires."""

    name = "token-cleaner-controller"
    resource = "secrets"
    kind = "Secret"
    watches = ("secrets",)

    def reconcile(self, key: Key) -> None:
        secret = self.get(key) if key[0] == "kube-system" else None
        due = end(told(secret)) if secret is not None and secret.get("type") == TYPE else None
        if secret is None or due is None:
            return
        if due <= self.clock.now:
            self.client.delete(self.resource, secret)
        else:
            self.look_again(key, due - self.clock.now)
