"""kubectl edit with an editor that replaces one text by another, as the real program answers it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from simulator.kubectl.editing import HEADER
from simulator.world import World
from tests.kubectl.support import MemoryTerminal


@dataclass
class EditedTerminal(MemoryTerminal):
    """A terminal whose editor makes one replacement each time it is opened, and none after the last."""

    replacements: Sequence[tuple[str, str]] = ()
    opened: list[str] = field(default_factory=list)

    def spawn(self, words: Sequence[str]) -> None:
        text = self.read_file(words[-1]).decode()
        self.opened.append(text)
        if len(self.opened) <= len(self.replacements):
            before, after = self.replacements[len(self.opened) - 1]
            text = text.replace(before, after, 1) if before else after
        self.write_file(words[-1], text.encode())

    def ended(self) -> int | None:
        return 0


@pytest.fixture(scope="module")
def world() -> World:
    world = World.boot()
    MemoryTerminal(world).run(["create", "deployment", "web", "--image=nginx"])
    return world


def shown(text: str) -> str:
    return re.sub(r"kubectl-edit-\d+", "kubectl-edit-N", text)


KEPT = 'A copy of your changes has been stored to "/tmp/kubectl-edit-N.yaml"\n'
CANCELLED = f"{KEPT}error: Edit cancelled, no valid changes were saved.\n"
INVALID = 'error: deployments.apps "web" is invalid\n'
EDITED = "deployment.apps/web edited\n"
ONE = "  replicas: 1"
type Rows = Mapping[str, tuple[str, Sequence[tuple[str, str]], str, str]]
ROWS: Rows = {
    "no change": ("web", (), "", "Edit cancelled, no changes made.\n"),
    "another layout": ("web", [("spec:\n", "# so be it\n\nspec:\n")], "", "Edit cancelled, no changes made.\n"),
    "an emptied file": ("web", [("", "")], "", INVALID + CANCELLED),
    "an emptied file that is not validated": (
        "web --validate=false",
        [("", "# nothing\n")],
        "",
        "Edit cancelled, saved file was empty.\n",
    ),
    "a change": ("web", [(ONE, "  replicas: 2")], EDITED, ""),
    "its patch": (
        "web --output-patch",
        [(ONE, "  replicas: 3")],
        f'Patch: {{"spec":{{"replicas":3}}}}\n{EDITED}',
        "",
    ),
    "all of a kind": ("", [(ONE, "  replicas: 2")], EDITED, ""),
    "a form that is none": (
        "web -o name",
        (),
        "",
        'error: unable to match a printer suitable for the output format "name", allowed formats are: json,kyaml,yaml\n',
    ),
    "another name": (
        "web",
        [("  name: web\n", "  name: other\n")],
        "",
        f"{KEPT}error: At least one of apiVersion, kind and name was changed\n",
    ),
    "another namespace": (
        "web",
        [("  namespace: default\n", "  namespace: other\n")],
        "",
        f'{KEPT}error: the namespace from the provided object "other" does not match the namespace "default". You must '
        "pass '--namespace=other' to perform this operation.\n",
    ),
    "another kind": ("web", [("kind: Deployment", "kind: Foo")], "", CANCELLED),
    "what is refused": ("web", [(ONE, "  replicas: -1")], "", INVALID + CANCELLED),
    "what is refused, then mended": (
        "web",
        [(ONE, "  replicas: -1"), ("replicas: -1", "replicas: 2")],
        EDITED,
        INVALID,
    ),
    "what is refused each time": (
        "web",
        [("\nspec:", "\nspec:\n  foo: 1"), ("\nspec:", "\nspec:\n  bar: 1")],
        "",
        INVALID * 2 + CANCELLED,
    ),
    "no YAML": ("web", [(ONE, "  replicas 1")], "", INVALID + CANCELLED),
    "no YAML that is not validated": ("web --validate=false", [(ONE, "  replicas 1")], "", CANCELLED),
    "an old version": (
        "web",
        [("resourceVersion: ", 'resourceVersion: "1" # ')],
        "",
        'error: deployments.apps "web" could not be patched: Operation cannot be fulfilled on deployments.apps "web": the '
        "object has been modified; please apply your changes to the latest version and try again\n"
        "You can run `kubectl replace -f /tmp/kubectl-edit-N.yaml` to try this update again.\n",
    ),
    "no such subresource": (
        "web --subresource=foo",
        (),
        "",
        "Error from server (NotFound): the server could not find the requested resource\n",
    ),
}


@pytest.mark.parametrize(("given", "replacements", "out", "err"), ROWS.values(), ids=ROWS)
def test_editing(world: World, given: str, replacements: Sequence[tuple[str, str]], out: str, err: str) -> None:
    terminal = EditedTerminal(world.fork(), replacements=replacements)
    ran = terminal.run(["edit", "deployment", *given.split()])
    assert (ran.out, shown(ran.err)) == (out, err)
    assert ran.code == (0 if not err or out or err.startswith("Edit cancelled") else 1)


REASONS: Mapping[str, tuple[tuple[str, str], str]] = {
    "an invalid value": (
        (ONE, "  replicas: -1"),
        '# deployments.apps "web" was not valid:\n'
        "# * spec.replicas: Invalid value: -1: must be greater than or equal to 0\n#\n",
    ),
    "an unknown field": (
        ("\nspec:", "\nspec:\n  foo: 1"),
        '# deployments.apps "web" was not valid:\n# * patch: Invalid value: "map[spec:map[foo:1]]": strict decoding error: '
        'unknown field "spec.foo"\n#\n',
    ),
    "no kind": (
        ("kind: Deployment\n", ""),
        '# deployments.apps "web" was not valid:\n'
        '# * <nil>: Invalid value: "The edited file failed validation": kind not set\n#\n',
    ),
    "no object": (
        ("", "hello\n"),
        '# deployments.apps "web" was not valid:\n'
        '# * <nil>: Invalid value: "The edited file failed validation": invalid object to validate\n#\n',
    ),
    "no such kind": (
        ("kind: Deployment", "kind: Foo"),
        '# The edited file had a syntax error: resource mapping not found for name: "web" namespace: "default" from '
        '"edited-file": no matches for kind "Foo" in version "apps/v1"\n# ensure CRDs are installed first\n#\n',
    ),
}


@pytest.mark.parametrize(("replacement", "reason"), REASONS.values(), ids=REASONS)
def test_what_is_wrong_stands_above_the_text(world: World, replacement: tuple[str, str], reason: str) -> None:
    terminal = EditedTerminal(world.fork(), replacements=[replacement])
    terminal.run(["edit", "deployment", "web"])
    assert terminal.opened[1].startswith(HEADER + reason)


def test_saving_the_configuration(world: World) -> None:
    terminal = EditedTerminal(world.fork(), replacements=[(ONE, "  replicas: 2")])
    assert terminal.run(["edit", "deployment", "web", "--save-config"]).out == EDITED
    applied = terminal.run(["apply", "view-last-applied", "deployment", "web"]).out
    assert "  annotations: {}\n" in applied
    assert "  managedFields:\n  - apiVersion: apps/v1\n" in applied


def test_json_and_kyaml_are_shown_in_their_form(world: World) -> None:
    json, kyaml = (EditedTerminal(world.fork()) for _ in range(2))
    for terminal, form in ((json, "json"), (kyaml, "kyaml")):
        assert terminal.run(["edit", "deployment", "web", "-o", form]).err == "Edit cancelled, no changes made.\n"
    assert json.opened[0].startswith('{\n    "apiVersion": "apps/v1",\n')
    assert kyaml.opened[0].startswith(HEADER + '---\n{\n  apiVersion: "apps/v1",\n')


def test_another_object_in_its_place_is_told_as_go_writes_it(world: World) -> None:
    terminal = EditedTerminal(world.fork(), replacements=[("  uid: ", "  uid: no-")])
    said = terminal.run(["edit", "deployment", "web"]).err
    assert "error: no original object found for &unstructured.Unstructured{Object:map[string]interface {}{" in said
    assert '"generation":1, "labels":map[string]interface {}{"app":"web"}, "name":"web"' in said
    assert '"containers":[]interface {}{map[string]interface {}{"image":"nginx"' in said


def config_map(name: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{b: '1', a: x}}\n"


SHOWN = (
    HEADER + 'apiVersion: v1\ndata:\n  a: x\n  b: "1"\nkind: ConfigMap\nmetadata:\n  name: one\n  namespace: default\n'
)
Z = ("a: x", "a: z")
BROKEN = ("a: x", "a x")
BAD = 'error: configmaps "one" is invalid\n'
EXISTS = 'Error from server (AlreadyExists): configmaps "kube-root-ca.crt" already exists\n'
TAKEN = ("name: one", "name: kube-root-ca.crt")
CREATIONS: Rows = {
    "no change": ("", (), "", "Edit cancelled, no changes made.\n"),
    "a change": ("", [Z], "configmap/one created\n", ""),
    "a dry run, which is none": ("--dry-run=client", [Z], "configmap/one created\n", ""),
    "another name": ("", [("name: one", "name: two")], "configmap/two created\n", ""),
    "two where one was": (
        "",
        [("", config_map("one") + "---\n" + config_map("two"))],
        "configmap/one created\nconfigmap/two created\n",
        "",
    ),
    "nothing": ("--validate=false", [("", "# x\n")], "", "Edit cancelled, saved file was empty.\n"),
    "no YAML": ("", [BROKEN], "", BAD + CANCELLED),
    "no YAML, then mended": ("", [BROKEN, ("a x", "a: z")], "configmap/one created\n", BAD),
    "what is there already": ("", [TAKEN], "", KEPT + EXISTS),
    "two documents, of which one is left as it is": (
        "-f two.yaml",
        [("zzz", ""), Z],
        "configmap/two created\n",
        "Edit cancelled, no changes made.\n",
    ),
    "two documents that are refused": ("-f two.yaml", [TAKEN, ("name: two", TAKEN[1])], "", KEPT * 2 + EXISTS * 2),
    "a document of no kind beside one": (
        "-f bare.yaml",
        [Z],
        "configmap/one created\n",
        """error: unable to decode "bare.yaml": Object 'Kind' is missing in '{"apiVersion":"v1","metadata":{"name":"bare"}}'\n""",
    ),
    "a form to print in": (
        "-o jsonpath={.data}",
        [Z],
        "",
        ROWS["a form that is none"][3].replace("name", "jsonpath={.data}"),
    ),
    "beside --raw": ("--raw=/api", (), "", "error: --raw and --edit are mutually exclusive\n"),
}


@pytest.mark.parametrize(("given", "replacements", "out", "err"), CREATIONS.values(), ids=CREATIONS)
def test_editing_before_creating(
    world: World, given: str, replacements: Sequence[tuple[str, str]], out: str, err: str
) -> None:
    terminal = EditedTerminal(world.fork(), replacements=replacements)
    terminal.write_file("one.yaml", config_map("one").encode())
    terminal.write_file("two.yaml", f"{config_map('one')}---\n{config_map('two')}".encode())
    bare = "apiVersion: v1\nmetadata: {name: bare}\n---\n"
    terminal.write_file("bare.yaml", (bare + config_map("one")).encode())
    ran = terminal.run(["create", "--edit", *(given.split() if "-f" in given else ["-f", "one.yaml", *given.split()])])
    assert (ran.out, shown(ran.err)) == (out, err)
    assert ran.code == (1 if "rror" in err.replace(BAD, "") else 0)
    assert not terminal.opened or terminal.opened[0] == SHOWN


def test_what_is_edited_and_created_keeps_its_configuration(world: World) -> None:
    terminal = EditedTerminal(world.fork(), replacements=[Z])
    terminal.write_file("one.yaml", config_map("one").encode())
    words = "create --edit -f one.yaml --save-config --field-manager=me --show-managed-fields -o yaml"
    created = terminal.run(words.split()).out
    assert '{"annotations":{},"name":"one","namespace":"default"}}\n' in created
    assert "    manager: kubectl-create\n" in created


def test_line_endings_of_windows_are_asked_for_what_exists_only(world: World) -> None:
    terminal = EditedTerminal(world.fork(), replacements=[(ONE, "  replicas: 2")])
    assert terminal.run(["edit", "deployment", "web", "--windows-line-endings"]).out == EDITED
    assert terminal.opened[0].startswith(HEADER.replace("\n", "\r\n") + "apiVersion: apps/v1\r\nkind: Deployment\r\n")
    terminal.write_file("one.yaml", config_map("one").encode())
    terminal.run(["create", "--edit", "-f", "one.yaml", "--windows-line-endings"])
    assert terminal.opened[1] == SHOWN


def test_an_editor_that_is_not_there_is_told_once_for_each_object(world: World) -> None:
    terminal = MemoryTerminal(world.fork())
    terminal.write_file("two.yaml", f"{config_map('one')}---\n{config_map('two')}".encode())
    missing = 'unable to launch the editor "vi"\n'
    assert terminal.run(["create", "--edit", "-f", "two.yaml"]).err == missing * 2
    assert terminal.run(["edit", "deployment", "web"]).err == f"error: {missing}"


def test_the_server_is_asked_whether_it_checks_what_was_edited(world: World) -> None:
    terminal = EditedTerminal(world.fork(), replacements=[(ONE, "  replicas: 2")])
    ran = terminal.run(["edit", "deployment", "web", "-v=6"])
    web = "/apis/apps/v1/namespaces/default/deployments/web"
    documents = ("GET", "/openapi/v3"), ("GET", "/openapi/v3/apis/apps/v1")
    asked = re.findall(r'verb="(\w+)" url="http://[^/]*(/[^?"]*)', ran.err)
    assert asked == [("GET", "/api"), ("GET", "/apis"), ("GET", web), *documents, ("PATCH", web)]
    assert f"editoptions.go:310] User edited:\n{HEADER}apiVersion: apps/v1\n" in ran.err
