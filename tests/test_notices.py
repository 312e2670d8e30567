"""Translators are told of what is new, once; who asked for a hand-off, that it is done."""

from __future__ import annotations

import re
import smtplib
import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from io import StringIO

import pytest
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend as Outbox
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from pages.catalog.codecs.registry import CODECS
from pages.catalog.export import Catalog, Scope
from pages.catalog.handoffs import export_handoff
from pages.catalog.notices import tell_requesters
from pages.catalog.segments import page_segments
from pages.catalog.targets import approve_target
from pages.languages import get_language
from pages.models import Handoff, NoticePreference, Target, TreatmentPage, WorkNotice
from pages.models.target import TargetState
from tests import factory

pytestmark = pytest.mark.django_db
SPANISH = get_language("es")


def person(name: str, *codenames: str, **fields: object) -> User:
    user = User.objects.create_user(name, f"{name}@clinic.example.org", **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", *codenames)))
    return user


def texts(page: TreatmentPage) -> int:
    return sum(1 for _ in page_segments(page))


def notify(**options: object) -> list[EmailMessage]:
    """The mails of one run."""
    mail.outbox.clear()
    call_command("notify_translators", stdout=StringIO(), **options)
    return list(mail.outbox)


@pytest.fixture
def page() -> TreatmentPage:
    return factory.treatment()


@pytest.fixture
def ana(page) -> User:
    return person("ana", "translate_es", first_name="Ana", last_name="Ruiz")


@pytest.fixture(autouse=True)
def site(settings) -> None:
    settings.BASE_URL = "https://clinic.example.org"
    settings.DEFAULT_FROM_EMAIL = "polyclinic@clinic.example.org"


# What a digest says


def test_a_translator_is_told_in_one_mail_with_a_link_to_each_page(page, ana):
    other = factory.treatment("neck-care")
    (message,) = notify()
    assert message.to == ["ana@clinic.example.org"]
    assert message.from_email == "polyclinic@clinic.example.org"
    assert message.subject == f"{2 * texts(page)} new texts to work on in Spanish"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    html = message.alternatives[0].content
    for each in (page, other):
        address = f"https://clinic.example.org/admin/translations/es/{each.pk}/"
        assert f"\n  {address}\n" in message.body
        assert f'href="{address}"' in html
        assert f"{each.title}: {texts(each)} missing" in message.body
    assert "Hello Ana Ruiz," in message.body
    assert "&" not in message.body
    assert reverse("wagtailadmin_account") in message.body


def test_the_links_lead_to_the_workspace(page, ana):
    (message,) = notify()
    client = Client()
    client.force_login(ana)
    (address,) = re.findall(r"https://clinic\.example\.org(/admin/translations/\S+)", message.body)
    assert client.get(address).status_code == 200


def test_one_mail_tells_of_all_languages(page):
    person("both", "translate_es", "translate_ar")
    (message,) = notify()
    assert message.subject == f"{2 * texts(page)} new texts to work on in 2 languages"
    assert f"/admin/translations/es/{page.pk}/" in message.body
    assert f"/admin/translations/ar/{page.pk}/" in message.body


def test_what_could_hurt_comes_first_and_is_said(page, ana):
    factory.translate(page, "es")
    harmless = factory.treatment("ankle-care", [factory.LEAD])
    factory.translate(harmless, "es")
    assert notify() == []
    factory.edit(harmless, [("lead", "lead", {"text": "Another lead."})])
    changed = {"items": [{"text": "You have a broken bone anywhere.", "severity": "absolute"}]}
    factory.edit(page, [factory.LEAD, factory.SECTION, ("warning", "contraindications", changed)])
    (message,) = notify()
    assert message.subject == "2 new texts to work on in Spanish"
    critical, plain = (message.body.index(each.title) for each in (page, harmless))
    assert critical < plain
    assert f"{page.title}: 1 out of date. 1 of them in a critical block" in message.body
    assert f"{harmless.title}: 1 out of date. To do in all: 1." in message.body


def test_a_reviewer_is_told_of_what_waits_for_review_and_of_nothing_else(page):
    person("luz", "review_es")
    assert notify() == []
    factory.translate(page, "es", state=TargetState.NEEDS_REVIEW, only="summary")
    (message,) = notify()
    assert message.to == ["luz@clinic.example.org"]
    assert f"{page.title}: 1 waiting for review. To do in all: 1." in message.body


def test_a_machines_words_are_work_for_a_translator(page, ana):
    factory.translate(page, "es")
    Target.objects.all().delete()
    factory.translate(page, "es", state=TargetState.MACHINE)
    (message,) = notify()
    assert f"{texts(page)} by a machine, to be read" in message.body


def test_a_long_list_ends_in_a_link_to_the_queue(ana):
    for number in range(22):
        factory.treatment(f"treatment-{number}", [factory.LEAD])
    (message,) = notify()
    assert "- and 3 more pages:\n  https://clinic.example.org/admin/translations/es/\n" in (
        message.body
    )
    assert message.body.count("/admin/translations/es/") == 21


def test_markup_in_a_title_stays_text(ana, page):
    factory.edit(page, title="Back <b>& neck</b>")
    (message,) = notify()
    assert "- Back <b>& neck</b>:" in message.body
    assert "Back &lt;b&gt;&amp; neck&lt;/b&gt;</a>" in message.alternatives[0].content


# Only what is new


def test_nothing_is_sent_when_nothing_is_new(page, ana):
    assert len(notify()) == 1
    assert notify() == []
    factory.edit(page, title="Only the title, which is no text for patients, changed")
    assert notify() == []


def test_doing_some_of_the_work_is_no_news(page, ana):
    notify()
    factory.translate(page, "es", only="summary")
    assert notify() == []


def test_only_what_is_new_is_told(page, ana):
    notify()
    factory.edit(page, summary_en="Another summary.")
    (message,) = notify()
    assert message.subject == "1 new text to work on in Spanish"
    assert f"{page.title}: 1 missing. To do in all: {texts(page)}." in message.body


def test_work_that_comes_back_is_new_again(page, ana):
    notify()
    factory.translate(page, "es")
    assert notify() == []
    Target.objects.filter(key="summary").delete()
    (message,) = notify()
    assert message.subject == "1 new text to work on in Spanish"


def test_a_draft_is_no_work_until_it_is_published(page, ana):
    factory.translate(page, "es")
    draft = TreatmentPage.objects.get(pk=page.pk)
    draft.summary_en = "A summary that is only a draft."
    revision = draft.save_revision()
    assert notify() == []
    revision.publish()
    assert len(notify()) == 1


def test_a_dry_run_sends_and_remembers_nothing(page, ana):
    assert notify(dry_run=True) == []
    assert not WorkNotice.objects.exists()
    assert len(notify()) == 1


# Who is told


def test_a_group_counts_as_much_as_a_permission_of_ones_own(page):
    call_command("demo_logins", verbosity=0)
    told = {message.to[0].partition("@")[0] for message in notify()}
    assert told == {"translator-es", "translator-ar", "coordinator"}


@pytest.mark.parametrize(
    "change",
    [
        {"email": ""},
        {"is_active": False},
        {"user_permissions": []},
    ],
)
def test_who_cannot_or_may_not_work_is_not_told(page, ana, change):
    permissions = change.pop("user_permissions", None)
    if permissions is not None:
        ana.user_permissions.set(permissions)
    User.objects.filter(pk=ana.pk).update(**change)
    assert notify() == []


def test_an_admin_is_told_only_where_they_translate(page):
    boss = User.objects.create_superuser("boss", "boss@clinic.example.org", "secret")
    assert notify() == []
    boss.user_permissions.add(Permission.objects.get(codename="translate_es"))
    assert [message.to for message in notify()] == [["boss@clinic.example.org"]]


def account_post(client: Client, **changes: str) -> None:
    shown = client.get(reverse("wagtailadmin_account"))
    data = {}
    for panels in shown.context["panels_by_tab"].values():
        for panel in panels:
            form = panel.get_form()
            for bound in form:
                if (value := bound.value()) not in (None, False, ""):
                    data[bound.html_name] = "on" if value is True else value
    data = {name: value for name, value in {**data, **changes}.items() if value}
    assert client.post(reverse("wagtailadmin_account"), data).status_code == 302


def test_who_does_not_want_it_says_so_in_their_account(page, ana):
    client = Client()
    client.force_login(ana)
    field = "translation_notices-wants_digest"
    assert f'name="{field}"' in client.get(reverse("wagtailadmin_account")).content.decode()
    account_post(client, **{field: ""})
    assert not NoticePreference.objects.get(user=ana).wants_digest
    assert notify() == []
    account_post(client, **{field: "on"})
    assert len(notify()) == 1


def test_the_choice_is_offered_to_nobody_who_does_not_translate(page):
    client = Client()
    client.force_login(person("editor", "change_category"))
    shown = client.get(reverse("wagtailadmin_account")).content.decode()
    assert "translation_notices" not in shown


# When the mail server fails


class Refusing(Outbox):
    """A mail server that takes nothing for one address."""

    def send_messages(self, messages) -> int:
        if any("ana@clinic.example.org" in message.to for message in messages):
            raise smtplib.SMTPRecipientsRefused({"ana@clinic.example.org": (450, b"Later")})
        return super().send_messages(messages)


def test_a_failure_loses_nothing_and_does_not_stop_the_others(page, ana, settings):
    person("zoe", "translate_es")
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    errors = StringIO()
    mail.outbox.clear()
    with pytest.raises(CommandError, match="1 mails were not sent") as failed:
        call_command("notify_translators", stdout=StringIO(), stderr=errors)
    assert failed.value.returncode == 1
    assert [message.to for message in mail.outbox] == [["zoe@clinic.example.org"]]
    assert "ana@clinic.example.org: " in errors.getvalue()
    assert not WorkNotice.objects.filter(user=ana).exists()
    settings.EMAIL_BACKEND = works
    (message,) = notify()
    assert message.to == ["ana@clinic.example.org"]


def test_production_without_a_mail_server_remembers_nothing_as_told(page, ana, settings):
    settings.PRODUCTION, settings.MAIL_HOST = True, ""
    with pytest.raises(CommandError, match="Set EMAIL_HOST"):
        notify()
    assert not WorkNotice.objects.exists()


class _Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as one mail takes."""

    def handle(self) -> None:
        self.reply("220 mail.clinic.example.org")
        while line := self.rfile.readline():
            match line[:4].upper():
                case b"EHLO" | b"HELO" | b"MAIL" | b"RCPT":
                    self.server.envelope.append(line.decode().strip())
                    self.reply("250 Ok")
                case b"DATA":
                    self.reply("354 Go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    self.server.received.append(b"".join(lines))
                    self.reply("250 Taken")
                case _:
                    self.reply("221 Bye")
                    return

    def reply(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def smtp() -> Iterator[socketserver.TCPServer]:
    with socketserver.TCPServer(("127.0.0.1", 0), _Smtp) as server:
        server.envelope, server.received = [], []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_mail_server_gets_plain_text_and_html_of_the_same_words(page, ana, settings, smtp):
    page = factory.edit(page, title="Kiné für الظهر")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp.server_address
    settings.EMAIL_USE_TLS = False
    call_command("notify_translators", stdout=StringIO())
    assert any("TO:<ana@clinic.example.org>" in line for line in smtp.envelope)
    (raw,) = smtp.received
    message = message_from_bytes(raw, policy=policy.default)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == f"{texts(page)} new texts to work on in Spanish"
    plain, html = message.get_body(["plain"]), message.get_body(["html"])
    assert "- Kiné für الظهر:" in plain.get_content()
    assert "Kiné für الظهر</a>" in html.get_content()


# Hand-offs


@pytest.fixture
def carla() -> User:
    return person("carla", "translate_es")


def handed_out(page: TreatmentPage, requester: User | None) -> Handoff:
    scope = Scope(slugs=(page.slug,))
    return export_handoff(
        Catalog.TREATMENTS, SPANISH, CODECS["po"], scope, by="Carla", requester=requester
    )


def of_handoffs(messages: list[EmailMessage]) -> list[EmailMessage]:
    return [message for message in messages if message.subject.startswith("Done:")]


def test_who_asked_is_told_once_when_all_is_translated_and_reviewed(page, carla):
    handoff = handed_out(page, carla)
    factory.translate(page, "es", state=TargetState.NEEDS_REVIEW, only="body")
    assert of_handoffs(notify()) == []
    factory.translate(page, "es", state=TargetState.NEEDS_REVIEW)
    assert of_handoffs(notify()) == []
    for target in Target.objects.all():
        approve_target(target, by="Dr. Luz")
    (message,) = of_handoffs(notify())
    assert message.to == ["carla@clinic.example.org"]
    assert message.subject == f"Done: {handoff.file_name} (Spanish)"
    count = texts(page)
    assert f"{count} of {count} texts." in message.body
    handoff.refresh_from_db()
    assert handoff.done_at is not None
    assert of_handoffs(notify()) == []


def test_a_text_that_a_check_holds_back_is_not_done(page, carla):
    handed_out(page, carla)
    factory.translate(page, "es")
    held = Target.objects.filter(key="summary")
    held.update(failed_checks=["numbers"])  # as recheck_targets does after an upgrade
    assert of_handoffs(notify()) == []
    held.update(waiver="The number is spelled out.")
    assert len(of_handoffs(notify())) == 1


def test_a_text_that_the_page_does_not_have_any_more_holds_nothing_up(page, carla):
    handed_out(page, carla)
    factory.translate(page, "es")
    Target.objects.filter(key="summary").delete()
    assert of_handoffs(notify()) == []
    factory.edit(page, summary_en="Another summary.")
    (message,) = of_handoffs(notify())
    assert "and 1 that the pages do not have any more" in message.body
    assert "into Spanish and reviewed" in message.body


def test_a_scripted_export_has_nobody_to_tell(page):
    handed_out(page, None)
    factory.translate(page, "es")
    assert notify() == []


def test_a_mail_server_that_fails_leaves_the_note_for_the_next_run(page, settings):
    ana = person("ana", "translate_es")
    handoff = handed_out(page, ana)
    factory.translate(page, "es")
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    sent = tell_requesters([handoff])
    assert [recipient for recipient, _ in sent.failed] == ["ana@clinic.example.org"]
    settings.EMAIL_BACKEND = works
    assert len(of_handoffs(notify())) == 1


def test_who_left_is_not_written_to_and_the_hand_off_is_done_all_the_same(page, carla):
    handoff = handed_out(page, carla)
    factory.translate(page, "es")
    User.objects.filter(pk=carla.pk).update(is_active=False)
    assert notify() == []
    handoff.refresh_from_db()
    assert handoff.done_at is not None
