"""The journal forgets what a snapshot holds, and never what a page may send again."""

import pytest

from lab.accounts.models import User
from lab.sandboxes import inputs
from lab.sandboxes.journal import KEPT, Journal, Write
from lab.sandboxes.models import Input, Sandbox


@pytest.mark.django_db
def test_a_snapshot_lets_old_inputs_go() -> None:
    sandbox = Sandbox.objects.create(owner=User.objects.create_guest(), lesson="first-pod", claimed_by="me")
    journal = Journal("me")
    first = [inputs.keys("t", b"a", client="old", number=number) for number in range(1, 11)]
    rest = [inputs.keys("t", b"b", client="new", number=number) for number in range(1, KEPT + 200)]
    count = len(first) + len(rest)
    journal._commit([Write(sandbox.pk, 1, count, [*first, *rest])])
    assert Input.objects.count() == count
    journal._commit([Write(sandbox.pk, 2, count, snapshot=b"world")])
    assert Input.objects.count() == KEPT + 1
    stored = journal._claim(sandbox.pk)
    assert stored.numbers == {"old": 10, "new": KEPT + 199}
    assert stored.inputs == []
