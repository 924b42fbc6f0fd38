from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "lab.practice"

    def ready(self) -> None:
        from lab.catalogue.content import shelves
        from lab.grading.grader import listeners
        from lab.grading.terms import TERMS, Terms
        from lab.practice import sets
        from lab.practice.exams import exam_page, exam_terms
        from lab.practice.gym import gym_page, note_solved
        from lab.sandboxes.pages import PAGES

        shelves.extend([sets.worlds, sets.exam_tasks])
        PAGES.update(gym=gym_page, exam=exam_page)
        TERMS.update(gym=lambda sandbox: Terms(inside=False), exam=exam_terms)
        listeners.append(note_solved)
