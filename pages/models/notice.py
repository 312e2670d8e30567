"""Who wants to be told of work by mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class NoticePreference(models.Model):
    """A person's own choice, made in their account. Without one, they are told."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    wants_digest = models.BooleanField(
        "mail about translation work",
        default=True,
        help_text="One mail, at most, each time the site looks for new work: what there is to "
        "translate or to review in your languages. Nothing is sent when nothing is new.",
    )

    def __str__(self) -> str:
        return f"{self.user_id}: {'wants' if self.wants_digest else 'wants no'} digest"
