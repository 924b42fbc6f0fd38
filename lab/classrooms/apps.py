from django.apps import AppConfig
from django.urls import reverse


class ClassroomsConfig(AppConfig):
    name = "lab.classrooms"

    def ready(self) -> None:
        from lab.classrooms import copies, judging, pulse
        from lab.classrooms.assignables import ATTEMPT
        from lab.grading.grader import listeners
        from lab.grading.terms import TERMS
        from lab.sandboxes.host import companions
        from lab.sandboxes.pages import PAGES

        TERMS[ATTEMPT], TERMS[copies.COPY] = judging.terms, copies.terms
        PAGES[ATTEMPT] = judging.page
        PAGES[copies.COPY] = lambda sandbox: reverse("classrooms:copy", args=[sandbox.pk])
        for companion in (pulse.feel,):
            if companion not in companions:
                companions.append(companion)
        if judging.keep not in listeners:
            listeners.append(judging.keep)
