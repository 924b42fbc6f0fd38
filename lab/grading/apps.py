from django.apps import AppConfig


class GradingConfig(AppConfig):
    name = "lab.grading"

    def ready(self) -> None:
        from lab.grading.grader import grade
        from lab.sandboxes.host import companions

        if grade not in companions:
            companions.append(grade)
