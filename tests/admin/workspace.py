"""People who work in languages, and what their browsers send."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from pages.admin.workspace.rows import anchor_of
from pages.models import Target, TreatmentPage


def person(username: str, *codenames: str, **fields: Any) -> User:
    """A user who may enter the admin and do just these things, such as "translate_es"."""
    user = User.objects.create_user(username, password=username, **fields)
    wanted = ["access_admin", *codenames]
    found = Permission.objects.filter(codename__in=wanted)
    assert {each.codename for each in found} == set(wanted)
    user.user_permissions.set(found)
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(page: TreatmentPage, code: str = "es", query: str = "") -> str:
    return f"{reverse('workspace', args=[code, page.pk])}{query}"


def soup_of(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def opened(client: Client, page: TreatmentPage, code: str = "es", query: str = "") -> BeautifulSoup:
    """The workspace as the user sees it."""
    response = client.get(address(page, code, query))
    assert response.status_code == 200
    return soup_of(response)


def row_in(soup: BeautifulSoup, key: str) -> Tag:
    row = soup.find(id=anchor_of(key))
    assert isinstance(row, Tag), key
    return row


def form_of(soup: BeautifulSoup, key: str) -> dict[str, str]:
    """The fields of a segment's form, as a browser without JavaScript would send them."""
    form = row_in(soup, key).find("form")
    fields = {field["name"]: field.get("value", "") for field in form.find_all("input")}
    # The first line break after the tag is not part of the text (HTML, 4.10.11).
    area = form.find("textarea", {"name": "text"})
    return {**fields, "text": area.text.removeprefix("\n")}


def send(
    client: Client, page: TreatmentPage, fields: dict[str, str], *, code: str = "es", **more: str
) -> HttpResponse:
    return client.post(address(page, code), {**fields, "act": "save", **more})


def target_of(page: TreatmentPage, key: str, code: str = "es") -> Target | None:
    """The newest target of the segment."""
    found = Target.objects.filter(page=page, key=key, language=code)
    return found.order_by("-pk").first()
