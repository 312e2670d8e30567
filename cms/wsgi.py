"""The WSGI entry point that granian (or any WSGI server) loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

application = get_wsgi_application()

from api.stopping import listen  # noqa: E402  likewise
from cms.checks import refuse_unsafe_production  # noqa: E402  needs the settings
from pages.webhooks.background import wake  # noqa: E402  likewise

refuse_unsafe_production()
listen()  # before the server handles signals: who waits for news leaves when it stops
wake()  # for what an earlier process left in the outbox
