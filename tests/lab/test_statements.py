"""Statements put together once write what Django's own would."""

import uuid
from typing import Any

import pytest
from django.utils import timezone

from lab.accounts.models import User
from lab.sandboxes import statements
from lab.sandboxes.models import Input, Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox(learner: User) -> Sandbox:
    return Sandbox.objects.create(owner=learner, lesson="first-pod", claimed_by='it\'s "me" %s')


def test_rows_are_those_that_django_writes(sandbox: Sandbox) -> None:
    now = timezone.now()
    facts: dict[str, Any] = {"moment": 7, "kind": "type", "payload": b"\x00'\xff%s", "client": "ü'", "number": 3}
    rows = [{"sandbox": sandbox.pk, "order": order, "entered_at": now, **facts} for order in (1, 2)]
    statements.insert(Input, rows)
    Input.objects.create(sandbox=sandbox, order=3, entered_at=now, **facts)
    names = [each.attname for each in Input._meta.fields if each.attname not in ("id", "order")]
    written = list(Input.objects.order_by("order").values(*names))
    for each in written:
        each["payload"] = bytes(each["payload"])
    assert len(written) == 3 and written[0] == written[1] == written[2]
    assert written[0] == facts | {"sandbox_id": sandbox.pk, "entered_at": now}


def test_only_the_rows_that_are_meant_change(sandbox: Sandbox) -> None:
    now = timezone.now()
    changed = {"reached": 2**60, "used_at": now}
    assert statements.update(Sandbox, changed, {"id": sandbox.pk, "claimed_by": "somebody else"}) == 0
    assert statements.update(Sandbox, changed, {"id": uuid.uuid4(), "claimed_by": sandbox.claimed_by}) == 0
    sandbox.refresh_from_db()
    assert sandbox.reached == 0
    assert statements.update(Sandbox, changed, {"id": sandbox.pk, "claimed_by": sandbox.claimed_by}) == 1
    sandbox.refresh_from_db()
    assert (sandbox.reached, sandbox.used_at) == (2**60, now)
