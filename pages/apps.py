from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = "Treatments"

    def ready(self) -> None:
        # Here and not above: models load before ready() and not before this module.
        from pages import language_checks  # noqa: F401  registers them
        from pages.bundles import refreshing
        from pages.catalog.permissions import create_permissions
        from pages.content_language import pin_content_language
        from pages.printing import ahead
        from pages.publishing import signals
        from pages.purging import outbox as purges
        from pages.searching import indexing
        from pages.webhooks import outbox

        pin_content_language()
        signals.connect()
        refreshing.connect()
        outbox.connect()
        purges.connect()
        indexing.connect()
        ahead.connect()
        post_migrate.connect(create_permissions, sender=self)
