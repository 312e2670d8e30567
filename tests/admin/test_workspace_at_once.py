"""Several people save at the same moment, over connections of their own."""

from __future__ import annotations

import pytest

from pages.models import Proposal, Target
from tests.admin.workspace import client_of, form_of, opened, person, send, target_of
from tests.factory import block_id, treatment
from tests.test_concurrency import at_the_same_time

pytestmark = pytest.mark.django_db(transaction=True)

LEAD_KEY = f"body.{block_id('lead')}.text"
PEOPLE = 4


@pytest.mark.usefixtures("shared_database")
def test_one_of_those_who_save_at_once_is_stored_and_every_other_text_is_kept():
    page = treatment()
    clients = [client_of(person(f"person{number}", "translate_es")) for number in range(PEOPLE)]
    forms = [form_of(opened(client, page), LEAD_KEY) for client in clients]
    statuses: list[int] = []

    def saving(number):
        def work():
            fields = {**forms[number], "text": f"Texto {'abcd'[number]}"}
            statuses.append(send(clients[number], page, fields).status_code)

        return work

    at_the_same_time(*(saving(number) for number in range(PEOPLE)))
    assert sorted(statuses) == [302, 409, 409, 409]
    kept = {target_of(page, LEAD_KEY).text, *Proposal.objects.values_list("text", flat=True)}
    assert kept == {"Texto a", "Texto b", "Texto c", "Texto d"}
    assert Target.objects.filter(key=LEAD_KEY).count() == 1
