"""A page as an email to oneself: from the admin and from a shell."""

from __future__ import annotations

import smtplib
from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from wagtail.models import Site

from pages.models import ClinicBranding
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client) -> User:
    user = User.objects.create_user("ed", "ed@clinic.example.org", "a password")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user


def address(page) -> str:
    return f"/admin/treatments/{page.pk}/test-email/"


def html_of(message) -> str:
    (alternative,) = message.alternatives
    assert alternative.mimetype == "text/html"
    return alternative.content


def test_an_editor_gets_the_latest_draft_in_a_language_and_nobody_else_does(
    client, editor, mailoutbox, settings
):
    settings.EMAIL_UNSUBSCRIBE_URL = "https://clinic.example.org/stop"
    page = factory.treatment()
    factory.translate(page, "ar")
    page.heading_en = "A heading that is only a draft"
    page.save_revision()
    response = client.post(address(page), {"language": "ar"})
    assert response.status_code == 302
    (message,) = mailoutbox
    assert message.to == [editor.email]
    assert message.from_email == settings.DEFAULT_FROM_EMAIL
    assert message.subject == "[Test] A heading that is only a draft"  # not translated yet
    assert message.extra_headers["Content-Language"] == "ar"
    assert message.extra_headers["List-Unsubscribe"] == "<https://clinic.example.org/stop>"
    assert '<html lang="ar" dir="rtl"' in html_of(message)
    assert "A heading that is only a draft" in message.body
    # As a mail server gets it.
    sent = message.message()
    assert sent.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in sent.get_payload()] == ["text/plain", "text/html"]


def test_the_branding_of_the_site_is_in_it(client, editor, mailoutbox):
    ClinicBranding.objects.create(
        site=Site.objects.get(is_default_site=True), name="Harbor Spine Clinic", accent="#5d0b2f"
    )
    client.post(address(factory.treatment()), {"language": "en"})
    assert "Harbor Spine Clinic" in html_of(mailoutbox[0])
    assert "#5d0b2f" in html_of(mailoutbox[0])


def test_the_form_says_to_whom_it_goes_and_the_editor_has_a_button_to_it(client, editor):
    page = factory.treatment()
    form = client.get(address(page)).content.decode()
    assert "to ed@clinic.example.org" in form
    editor_page = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert address(page) in editor_page
    assert "Send me this as a test email" in editor_page


def test_who_may_not_edit_the_page_gets_no_email_of_its_draft(client, mailoutbox):
    page = factory.treatment()
    user = User.objects.create_user("translator", "t@example.org", "a password")
    user.groups.add(Group.objects.create(name="Enter only"))
    client.force_login(user)
    assert client.post(address(page), {"language": "en"}).status_code in (302, 403)
    client.logout()
    assert client.post(address(page), {"language": "en"}).status_code == 302
    assert mailoutbox == []


def test_an_account_without_an_address_is_told_so(client, editor, mailoutbox):
    editor.email = ""
    editor.save()
    response = client.post(address(factory.treatment()), {"language": "en"})
    assert "Your account has no email address." in response.content.decode()
    assert mailoutbox == []


class RefusingBackend(EmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({"ed@clinic.example.org": (550, b"no such user")})


def test_what_the_mail_server_says_is_handed_on(client, editor, settings):
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    response = client.post(address(factory.treatment()), {"language": "en"})
    assert response.status_code == 200
    assert "no such user" in response.content.decode()
    with pytest.raises(CommandError, match="no such user"):
        call_command("send_test_email", factory.treatment("other").slug, to="a@example.org")


def test_the_command_sends_what_is_public(mailoutbox):
    page = factory.treatment()
    page.heading_en = "A heading that is only a draft"
    page.save_revision()
    out = StringIO()
    call_command("send_test_email", page.slug, to="me@example.org", stdout=out)
    assert out.getvalue() == f"Sent {page.slug} in en to me@example.org.\n"
    assert "only a draft" not in mailoutbox[0].subject
    call_command("send_test_email", page.slug, to="me@example.org", draft=True, stdout=out)
    assert "only a draft" in mailoutbox[1].subject


@pytest.mark.parametrize(
    ("slug", "options", "said"),
    [
        ("nothing", {}, "No page 'nothing' is public in en. Allowed: "),
        ("nothing", {"draft": True}, "No page is called 'nothing'. Allowed: "),
        ("any", {"language": "es"}, "is public in es. Allowed: none yet."),
        ("any", {"language": "xx"}, "xx"),
        ("any", {"to": "me"}, "--to 'me' is no email address."),
        ("any", {"to": "me@example.org\nBcc: you@example.org"}, "is no email address."),
    ],
)
def test_the_command_says_what_it_did_not_understand(slug, options, said, mailoutbox):
    factory.treatment("any")
    with pytest.raises(CommandError, match=said.replace(".", r"\.")):
        call_command("send_test_email", slug, **{"to": "me@example.org", **options})
    assert mailoutbox == []
