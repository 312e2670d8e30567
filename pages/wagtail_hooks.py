"""Where Wagtail looks for hooks: importing each part of admin/ registers its own."""

from pages.admin import emailing as emailing
from pages.admin import gate as gate
from pages.admin import glossary as glossary
from pages.admin import home as home
from pages.admin import importing as importing
from pages.admin import notices as notices
from pages.admin import permissions as permissions
from pages.admin import preview as preview
from pages.admin import release as release
from pages.admin import treatments as treatments
from pages.admin import vocabulary as vocabulary
from pages.admin.handoffs import hooks as handoffs  # noqa: F401  registers its own
from pages.admin.webhooks import hooks as webhooks  # noqa: F401  likewise
from pages.admin.workspace import hooks as workspace  # noqa: F401  likewise
