"""A lesson of three files and a half, written to a folder, for tests of what reads and proves lessons."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from lessons.course import Lesson, load

FILES = {
    "module.yaml": "title: {en: Rooms, ko: 방}",
    "01-tiny/lesson.yaml": """
        title: {en: Tiny, ko: 작은 레슨}
        minutes: 3
        tasks:
          grow: {title: {en: "Make it {{ number }}", ko: "{{ number }}개로"}, points: 2}
        """,
    "01-tiny/en.md": """
        Some words.

        ```run
        kubectl get deployments
        ```

        ```prints
        web    1/1
        ```
        """,
    "01-tiny/ko.md": """
        글.

        ```run
        kubectl get deployments
        ```

        ```prints
        web    1/1
        ```
        """,
    "01-tiny/scene.yaml": """
        world: lab1
        draws: {number: {from: 2, to: 3}}
        objects: |
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web}
          spec:
            selector: {matchLabels: {app: web}}
            template:
              metadata: {labels: {app: web}}
              spec: {containers: [{name: web, image: "nginx:1.29"}]}
        """,
    "01-tiny/checks.yaml": """
        grow:
          within: 60
          all:
            - object: Deployment/default/web
              path: .spec.replicas
              equals: "{{ number }}"
              mistakes:
                - when: {gone: Deployment/default/web}
                  say: {en: It is gone., ko: 사라졌습니다.}
            - {ready: Deployment/default/web, equals: "{{ number }}"}
        """,
    "01-tiny/hints.yaml": "grow: {en: [a, b, 'c {{ number }}'], ko: [가, 나, 다]}",
    "01-tiny/solutions/scale.sh": "kubectl scale deployment/web --replicas={{ number }}\n",
    "01-tiny/wrong/deleted.sh": "# task: grow\n# en: It is gone.\n# ko: 사라졌습니다.\nkubectl delete deployment web\n",
}


def course_at(folder: Path, changes: Mapping[str, str | None] | None = None) -> Path:
    """Write the course; `changes` replaces files, or leaves them out where None."""
    for name, text in {**FILES, **(changes or {})}.items():
        if text is not None:
            path = folder / "00-rooms" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return folder


def tiny(folder: Path, changes: Mapping[str, str | None] | None = None) -> Lesson:
    """The lesson as it is loaded from that folder."""
    return load(course_at(folder, changes)).find("tiny")
