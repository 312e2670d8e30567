from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models.signals import post_migrate


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Polyclinic"

    def ready(self) -> None:
        from cms import checks  # noqa: F401  registers them
        from cms.replica import connect
        from cms.sqlite import set_write_ahead_log
        from pages.reading import REPLICA

        # Django sends the signal for apps with models alone, and once for each.
        post_migrate.connect(set_write_ahead_log, sender=apps.get_app_config("pages"))
        if REPLICA in settings.DATABASES:
            connect()
