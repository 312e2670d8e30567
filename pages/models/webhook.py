"""Who is told of new editions, and what became of each message: the outbox of webhooks."""

from __future__ import annotations

import base64
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction


class EventType(models.TextChoices):
    """What a message tells, as receivers read it. All but a test are about an edition."""

    PUBLISHED = "treatment.published", "a treatment became public in a language"
    UPDATED = "treatment.updated", "a public treatment changed"
    REMOVED = "treatment.removed", "a treatment is not public any more"
    TEST = "webhook.test", "a test"


def new_secret() -> str:
    """32 random bytes as Standard Webhooks writes a secret for HMAC."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


class WebhookEndpoint(models.Model):
    """An address that is told of editions.

    Its secret is kept as it is, because each signature needs it: who reads the database can sign
    as this site. It is in no log and no history.
    """

    name = models.CharField(max_length=120, help_text="What receives it, for people.")
    url = models.CharField("address", max_length=500)
    events = models.JSONField(default=list, help_text="Members of EventType.")
    languages = models.JSONField(default=list, blank=True, help_text="Codes; none means all.")
    is_active = models.BooleanField("switched on", default=True)
    switched_off_because = models.CharField(
        max_length=200, blank=True, help_text="Empty where a person did it."
    )
    secret = models.CharField(max_length=80, default=new_secret, editable=False)
    previous_secret = models.CharField(max_length=80, blank=True, editable=False)
    previous_secret_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "webhook endpoint"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(previous_secret="", previous_secret_until=None)
                | (~models.Q(previous_secret="") & models.Q(previous_secret_until__isnull=False)),
                name="replaced_secret_has_an_end",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        # After the publishes that are under way: they hold the row while they write to it.
        type(self).objects.select_for_update().filter(pk=self.pk).first()
        return super().delete(*args, **kwargs)

    def wants(self, event: str, language: str) -> bool:
        return event in self.events and (not self.languages or language in self.languages)

    @transaction.atomic
    def replace_secret(self, now: datetime, keep: timedelta) -> None:
        """A new secret; the old one signs too for as long as `keep` from `now`. One that was
        replaced before signs no more."""
        held = type(self).objects.select_for_update(no_key=True).get(pk=self.pk)
        self.previous_secret = held.secret if keep else ""
        self.previous_secret_until = now + keep if keep else None
        self.secret = new_secret()
        self.save(update_fields=["secret", "previous_secret", "previous_secret_until"])

    def secrets_at(self, moment: datetime) -> tuple[str, ...]:
        """What a message is signed with: the newest first, and one that was just replaced."""
        if self.previous_secret_until and moment < self.previous_secret_until:
            return self.secret, self.previous_secret
        return (self.secret,)


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def waiting(self) -> Self:
        return self.filter(state=WebhookDelivery.State.WAITING)

    def due(self, moment: datetime) -> Self:
        """What may be sent now. What a sender has claimed is due when its claim lapses."""
        return self.waiting().filter(due_at__lte=moment)

    def dead_letters(self) -> Self:
        """What was given up and nobody has seen to. A test that failed is no loss."""
        return self.filter(state=WebhookDelivery.State.DEAD).exclude(type=EventType.TEST)


class WebhookDelivery(models.Model):
    """One message to one endpoint, written in the transaction that appends the edition.

    `due_at` is when it may be sent. Who claims it moves that ahead to when the claim lapses: if
    the process dies, the message is sent again under the same id.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        DELIVERED = "delivered", "delivered"
        DEAD = "dead", "given up"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    edition = models.ForeignKey(
        "pages.Edition", null=True, on_delete=models.PROTECT, related_name="+"
    )
    type = models.CharField(max_length=24, choices=EventType.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="That ended, since it was recorded or sent anew."
    )
    due_at = models.DateTimeField()
    claim = models.UUIDField(null=True, help_text="Of the sender that is at it.")
    delivered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True, help_text="Of the last attempt.")

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "webhook delivery"
        verbose_name_plural = "webhook deliveries"
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "edition"], name="told_once_of_an_edition"),
            models.CheckConstraint(
                condition=models.Q(edition=None, type="webhook.test")
                | (models.Q(edition__isnull=False) & ~models.Q(type="webhook.test")),
                name="only_a_test_has_no_edition",
            ),
            models.CheckConstraint(
                condition=models.Q(state="delivered", delivered_at__isnull=False)
                | (~models.Q(state="delivered") & models.Q(delivered_at=None)),
                name="delivered_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="waiting"), name="delivery_due"
            ),
            models.Index(fields=["state", "delivered_at"], name="delivery_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"

    @property
    def message_id(self) -> str:
        """The `webhook-id`: the same for every attempt."""
        return f"msg_{self.public_id.hex}"


class WebhookAttempt(models.Model):
    """One time that a message was sent, and what came of it. Nothing of an answer's body."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="Of HTTP, if one came.")
    outcome = models.CharField(max_length=200)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.outcome}"
