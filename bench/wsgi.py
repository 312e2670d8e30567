"""What granian loads: the site with Wagtail's APIs beside its own."""

from bench.configure import configure

configure()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402  needs the settings

application = WSGIHandler()
