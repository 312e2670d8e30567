from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"

    def ready(self) -> None:
        # Here and not above: models load before ready() and not before this module.
        from api.position import connect

        connect()
