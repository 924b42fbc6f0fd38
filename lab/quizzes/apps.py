from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "lab.quizzes"

    def ready(self) -> None:
        from lab.catalogue.content import shelves
        from lab.quizzes.reviews import reviews

        shelves.append(reviews)
