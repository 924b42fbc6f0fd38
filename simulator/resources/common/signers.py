"""Names of those who sign certificates. Upstream: ValidateSignerName in pkg/apis/certificates/validation"""

from simulator.machinery import names
from simulator.machinery.field import invalid, required
from simulator.resources.common.metadata import Errors

LEGACY = "kubernetes.io/legacy-unknown"


def validate_signer(name: str, path: str = "spec.signerName") -> Errors:
    """A signer is named by a domain and what it signs: `example.com/serving`."""
    domain, slash, rest = name.partition("/")
    if name == LEGACY:
        yield invalid(path, name, "the legacy signerName is not allowed via this API version")
    elif not name:
        yield required(path)
    elif not slash or not domain or not rest or "/" in rest:
        yield invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")
    else:
        for message in names.dns_subdomain(domain):
            yield invalid(path, name, f'validating label "{domain}": {message}')
        if "." not in domain:
            yield invalid(path, name, "should be a domain with at least two segments separated by dots")
