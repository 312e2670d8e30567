from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = "Treatments"

    def ready(self) -> None:
        # Here and not above: models load before ready() and not before this module.
        from pages.content_language import pin_content_language
        from pages.publishing.signals import connect

        pin_content_language()
        connect()
