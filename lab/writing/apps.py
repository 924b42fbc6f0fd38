from django.apps import AppConfig


class WritingConfig(AppConfig):
    name = "lab.writing"

    def ready(self) -> None:
        from lab.grading.terms import TERMS, Terms
        from lab.sandboxes.pages import PAGES
        from lab.writing.views import page_of

        PAGES["draft"] = page_of
        TERMS["draft"] = lambda sandbox: Terms(share=False)
