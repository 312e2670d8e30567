from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = "Treatments"

    def ready(self) -> None:
        from pages.content_language import pin_content_language

        pin_content_language()
