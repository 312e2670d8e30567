"""Who may only translate one language can see and do that, and nothing else of the admin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.serializers import serialize
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from pages.admin.gate import only_translates
from pages.catalog.permissions import Act, language_permissions, languages_of, may
from pages.languages import get_language, target_languages
from pages.models import Category, GlossaryTerm, TreatmentPage
from tests import factory

pytestmark = pytest.mark.django_db
SPANISH, ARABIC = get_language("es"), get_language("ar")
SECRET = "Zyzzyva"  # in everything that a translator is not meant to read


def user_with(*codenames: str, name: str = "translator-es") -> User:
    user = User.objects.create_user(name, f"{name}@clinic.example.org", "secret")
    group = Group.objects.create(name=f"Group of {name}")
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    user.groups.add(group)
    return user


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def translator() -> User:
    return user_with("access_admin", "translate_es")


# What each kind of permission is


def test_two_permissions_a_language_are_made_after_each_migrate():
    assert len(language_permissions()) == 2 * len(target_languages())
    Permission.objects.filter(codename="review_ar").delete()
    call_command("migrate", verbosity=0)
    codes = {code for code, _ in language_permissions()}
    assert codes == set(
        Permission.objects.filter(codename__in=codes).values_list("codename", flat=True)
    )


def test_a_permission_is_for_one_act_in_one_language(translator):
    assert may(translator, Act.TRANSLATE, SPANISH)
    assert not may(translator, Act.REVIEW, SPANISH)
    assert not may(translator, Act.TRANSLATE, ARABIC)
    assert languages_of(translator) == [SPANISH]
    assert languages_of(translator, Act.REVIEW) == []


# Ticking them


@pytest.fixture
def admin_client_of_site() -> Client:
    return client_of(User.objects.create_superuser("boss", "boss@clinic.example.org", "secret"))


def group_post(group: Group, **ticked: str) -> dict[str, object]:
    """The group form with the name and entry that the group has, and these languages ticked."""
    formsets = [
        "page_permissions",
        "collection_permissions",
        "image_permissions",
        "document_permissions",
    ]
    return {
        "name": group.name,
        "permissions": [str(each.pk) for each in group.permissions.filter(codename="access_admin")],
        **{
            f"{name}-{part}": number
            for name, (part, number) in product(
                formsets, {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MAX_NUM_FORMS": 1000}.items()
            )
        },
        **{f"languages-{code}": value for code, value in ticked.items()},
    }


def test_an_admin_ticks_languages_in_the_group_form(admin_client_of_site):
    group = Group.objects.create(name="Translators: Spanish")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    address = reverse("wagtailusers_groups:edit", args=[group.pk])
    shown = admin_client_of_site.get(address).content.decode()
    assert shown.count('name="languages-translate_') == len(target_languages())
    assert shown.count('name="languages-review_') == len(target_languages())
    assert " checked" not in re.search(r'<input[^>]*name="languages-translate_es"[^>]*>', shown)[0]
    answer = admin_client_of_site.post(address, group_post(group, translate_es="on"))
    assert answer.status_code == 302
    codes = set(group.permissions.values_list("codename", flat=True))
    assert codes == {"access_admin", "translate_es"}
    shown = admin_client_of_site.get(address).content.decode()
    assert " checked" in re.search(r'<input[^>]*name="languages-translate_es"[^>]*>', shown)[0]
    admin_client_of_site.post(address, group_post(group, review_es="on"))
    codes = set(group.permissions.values_list("codename", flat=True))
    assert codes == {"access_admin", "review_es"}


def test_a_new_group_gets_its_languages_at_once(admin_client_of_site):
    address = reverse("wagtailusers_groups:add")
    answer = admin_client_of_site.post(
        address, {**group_post(Group.objects.get(name="Editors"), review_ar="on"), "name": "New"}
    )
    assert answer.status_code == 302
    codes = Group.objects.get(name="New").permissions.values_list("codename", flat=True)
    assert set(codes) == {"access_admin", "review_ar"}


def test_who_may_not_edit_groups_cannot_give_themselves_a_language(translator):
    group = translator.groups.get()
    address = reverse("wagtailusers_groups:edit", args=[group.pk])
    client_of(translator).post(address, group_post(group, translate_es="on", review_es="on"))
    assert languages_of(User.objects.get(pk=translator.pk), Act.REVIEW) == []


# The walk over every address of the admin

# What who only translates may open; all else under /admin/ is refused.
OPEN = {
    "wagtailadmin_home",
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_account",
    "wagtailadmin_dismissibles",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_sprite",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
}


@pytest.fixture
def site() -> dict[str, list[object]]:
    """One of everything, by the name that the addresses give its id."""
    page = factory.treatment(summary_en=f"{SECRET} summary.")
    page = factory.edit(page, title=f"{SECRET} page")
    draft = TreatmentPage.objects.get(pk=page.pk)
    draft.summary_en = f"{SECRET} draft."
    revision = draft.save_revision()
    image = get_image_model().objects.create(title=f"{SECRET} image", file=get_test_image_file())
    document = get_document_model().objects.create(
        title=f"{SECRET} document", file=ContentFile(b"x", name="x.txt")
    )
    category = Category.objects.create(name_en=f"{SECRET} category", slug="c")
    GlossaryTerm.objects.create(term_en=f"{SECRET} term", definition_en="x", slug="t")
    boss = User.objects.create_superuser(SECRET.lower(), "z@clinic.example.org", "secret")
    index = factory.index_page()
    return {
        "page_id": [page.pk, index.pk],
        "parent_page_id": [index.pk, page.pk, Page.get_first_root_node().pk],
        "parent_id": [index.pk],
        "page_to_move_id": [page.pk],
        "destination_id": [index.pk],
        "page_pk": [page.pk],
        "revision_id": [revision.pk],
        "image_id": [image.pk],
        "document_id": [document.pk],
        "doc_id": [document.pk],
        "pk": [page.pk, image.pk, category.pk, boss.pk, 1],
        "object_id": [page.pk],
        "app_label": ["pages", "wagtailcore", "wagtailimages"],
        "app_name": ["pages", "wagtailimages"],
        "content_type_app_name": ["pages"],
        "model_name": ["treatmentpage", "page", "image", "category"],
        "content_type_model_name": ["treatmentpage"],
        "action": ["publish", "unpublish", "delete", "move"],
        "action_name": ["publish", "copy", "approve"],
        "filter_spec": ["width-100"],
        "language": ["es", "ar"],
    }


def admin_patterns() -> Iterator[tuple[str, str, dict[str, object]]]:
    """(name, path with {parameters}, converters) of each address below /admin/."""

    def walk(
        patterns: list[URLPattern | URLResolver], path: str, found: dict[str, object]
    ) -> Iterator[tuple[str, str, dict[str, object]]]:
        for each in patterns:
            route = str(each.pattern)
            route = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)  # converters
            route = re.sub(r"\(\?P\{(\w+)\}[^)]*\)", r"{\1}", route)  # named groups of a regex
            route = route.replace("\\", "").replace("^", "").replace("$", "").replace(".*", "x")
            converters = {**found, **getattr(each.pattern, "converters", {})}
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, path + route, converters)
            else:
                yield each.name or "", path + route, converters

    for name, path, converters in walk(get_resolver().url_patterns, "/", {}):
        if path.startswith("/admin/"):
            yield name, path, converters


def addresses(site: dict[str, list[object]]) -> Iterator[tuple[str, str]]:
    for name, path, converters in admin_patterns():
        parameters = re.findall(r"\{(\w+)\}", path)
        values = [
            site.get(each, [1] if isinstance(converters.get(each), IntConverter) else ["1"])
            for each in parameters
        ]
        for chosen in product(*values):
            yield name, path.format(**dict(zip(parameters, chosen, strict=True)))


def everything_stored() -> dict[str, str]:
    """All rows of all tables but those of sessions and of one's own settings."""
    own = ("sessions.", "users.", "wagtailusers.")
    return {
        model._meta.label: serialize("json", model._base_manager.order_by("pk"))
        for model in apps.get_models()
        if not model._meta.label_lower.startswith(own)
    }


def is_refused(answer) -> bool:
    home = reverse("wagtailadmin_home")
    refused = answer.status_code in (403, 404, 405)
    return refused or (answer.status_code == 302 and answer.url == home)


def test_the_walk_meets_what_an_editor_may_see(site):
    """Or the next test would prove nothing."""
    client = client_of(User.objects.get(username=SECRET.lower()))
    shown = 0
    for name, address in addresses(site):
        # Wagtail's document chooser asks for an address that no document of ours has.
        if name in ("wagtailadmin_logout", "wagtailadmin_error_test", "chosen"):
            continue
        answer = client.get(address)
        shown += not answer.streaming and SECRET in answer.content.decode()
    assert shown > 50


@pytest.mark.parametrize(
    ("method", "codename"),
    [
        ("get", "translate_es"),
        ("post", "translate_es"),
        ("script", "translate_es"),
        ("get", "review_es"),
    ],
)
def test_who_only_translates_is_refused_everywhere_else(site, method, codename):
    client = client_of(user_with("access_admin", codename))
    before = everything_stored()
    seen, leaks = 0, []
    for name, address in addresses(site):
        if name in OPEN or address.startswith("/admin/translations/"):
            continue
        seen += 1
        headers = {"X-Requested-With": "XMLHttpRequest"} if method == "script" else {}
        answer = (client.post if method == "post" else client.get)(address, headers=headers)
        if not is_refused(answer):
            leaks.append((method, address, answer.status_code))
    assert leaks == []
    assert seen > 200
    assert everything_stored() == before


def test_what_is_open_says_nothing_of_other_peoples_work(site, translator):
    client = client_of(translator)
    home = client.get(reverse("wagtailadmin_home"))
    account = client.get(reverse("wagtailadmin_account"))
    for answer in (home, account):
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode()
    assert "pages/home_of_translators.css" in home.content.decode()
    assert "/admin/translations/es/" in home.content.decode()
    assert "/admin/translations/ar/" not in home.content.decode()


def test_the_menu_leads_nowhere_that_is_closed(site, translator):
    client = client_of(translator)
    shown = client.get(reverse("wagtailadmin_home")).content.decode()
    links = set(re.findall(r'"(/admin/translations/[^"]*)"', shown))
    assert {"/admin/translations/", "/admin/translations/hand-offs/"} <= links
    # The search form's address stands in the page, and its style sheet hides it.
    for link in set(re.findall(r'(?:href="|"url": ")(/admin/[^"#?]*)"', shown)) | links:
        if link != reverse("wagtailadmin_logout"):
            assert client.get(link).status_code == 200, link


@pytest.mark.parametrize(
    "path", ["/admin/translations/ar/", "/admin/translations/AR/", "/admin/translations/xx/"]
)
def test_another_language_is_refused_in_the_workspace(site, translator, path):
    client = client_of(translator)
    page = TreatmentPage.objects.get()
    for address in (path, f"{path}{page.pk}/"):
        for answer in (client.get(address), client.post(address)):
            assert is_refused(answer), address


def test_the_gate_is_for_nobody_who_may_do_more():
    assert not only_translates(User.objects.create_superuser("a", "a@clinic.example.org", "a"))
    assert not only_translates(user_with("access_admin", "change_category", name="b"))
    editor = User.objects.create_user("c")
    editor.groups.add(Group.objects.get(name="Editors"))
    assert not only_translates(editor)
    both = user_with("access_admin", "translate_es", name="d")
    assert only_translates(both)
    pages_only = Group.objects.create(name="Pages")
    pages_only.page_permissions.create(
        page=Page.get_first_root_node(),
        permission=Permission.objects.get(
            content_type__app_label="wagtailcore", codename="change_page"
        ),
    )
    both.groups.add(pages_only)
    assert not only_translates(User.objects.get(pk=both.pk))
