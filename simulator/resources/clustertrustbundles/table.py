"""The table of ClusterTrustBundles. Upstream: printClusterTrustBundle"""

from simulator.machinery.objects import Object
from simulator.resources.columns import NAME, NONE, Cells, Column, Field, Printer, spec_of


def row(bundle: Object, now: int) -> Cells:
    return [bundle["metadata"]["name"], spec_of(bundle).get("signerName") or NONE]


PRINTER = Printer((NAME, Column("SignerName", Field("certificates.v1.ClusterTrustBundleSpec", "signerName"))), row)
