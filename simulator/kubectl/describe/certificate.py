"""A CertificateSigningRequest and the subject it asks for. Upstream: kubectl/pkg/describe/describe.go"""

import base64
from collections.abc import Sequence

from cryptography import x509
from cryptography.x509.oid import NameOID

from simulator.kernel.clock import SECOND
from simulator.kubectl.describe.page import Page, date, labels_text
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.durations import human_duration
from simulator.machinery.objects import Object, at

PARTS = (
    ("Organization", NameOID.ORGANIZATION_NAME),
    ("Organizational Unit", NameOID.ORGANIZATIONAL_UNIT_NAME),
    ("Country", NameOID.COUNTRY_NAME),
    ("Locality", NameOID.LOCALITY_NAME),
    ("Province", NameOID.STATE_OR_PROVINCE_NAME),
    ("StreetAddress", NameOID.STREET_ADDRESS),
    ("PostalCode", NameOID.POSTAL_CODE),
)


def describe(kubectl: Kubectl, page: Page, request: Object) -> None:
    metadata, spec = request["metadata"], request["spec"]
    page.field(0, "Name", metadata["name"])
    page.field(0, "Labels", labels_text(metadata.get("labels")))
    page.field(0, "Annotations", labels_text(metadata.get("annotations")))
    page.field(0, "CreationTimestamp", date(metadata.get("creationTimestamp")))
    page.field(0, "Requesting User", spec.get("username", ""))
    if spec.get("signerName"):
        page.field(0, "Signer", spec["signerName"])
    if spec.get("expirationSeconds") is not None:
        page.field(0, "Requested Duration", human_duration(spec["expirationSeconds"] * SECOND))
    page.field(0, "Status", status(request))
    try:
        parsed = x509.load_pem_x509_csr(base64.b64decode(spec["request"]))
    except ValueError as error:
        raise CommandError(f"Error parsing CSR: {error}") from None
    page.line(0, "Subject:")
    describe_subject(page, parsed.subject)
    describe_alternatives(page, parsed)


def status(request: Object) -> str:
    kinds = [one["type"] for one in at(request, "status", "conditions", default=[])]
    text = "Denied" if "Denied" in kinds else "Approved" if "Approved" in kinds else "Pending"
    if "Failed" in kinds:
        text += ",Failed"
    return f"{text},Issued" if at(request, "status", "certificate") else text


def describe_subject(page: Page, subject: x509.Name) -> None:
    for title, oid in (("Common Name", NameOID.COMMON_NAME), ("Serial Number", NameOID.SERIAL_NUMBER)):
        found = subject.get_attributes_for_oid(oid)
        page.line(0, "", f"{title}:", found[0].value if found else "")
    for title, oid in PARTS:
        describe_list(page, title, [str(one.value) for one in subject.get_attributes_for_oid(oid)])


def describe_alternatives(page: Page, request: x509.CertificateSigningRequest) -> None:
    try:
        names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return
    page.line(0, "Subject Alternative Names:")
    describe_list(page, "DNS Names", names.get_values_for_type(x509.DNSName))
    describe_list(page, "Email Addresses", names.get_values_for_type(x509.RFC822Name))
    describe_list(page, "URIs", names.get_values_for_type(x509.UniformResourceIdentifier))
    describe_list(page, "IP Addresses", [str(one) for one in names.get_values_for_type(x509.IPAddress)])


def describe_list(page: Page, title: str, lines: Sequence[str]) -> None:
    for index, line in enumerate(lines):
        page.line(0, "", f"{title}:" if index == 0 else "", line)
