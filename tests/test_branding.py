"""The clinic's name, colours, logo and address: one setting, in the admin and on what goes out."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.models import Site

from pages.models import ClinicBranding
from pages.models.branding import site_branding

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Harbor Spine Clinic",
    "logo": "",
    "accent": "#0b5d57",
    "accent_text": "#ffffff",
    "address": "12 Harbor Street\r\nBrooklyn, NY 11201\r\n",
    "phone": "+1 (212) 555-0100",
}


def address() -> str:
    site = Site.objects.get(is_default_site=True)
    return f"/admin/settings/pages/clinicbranding/{site.pk}/"


def branding(**values: object) -> ClinicBranding:
    return ClinicBranding(site=Site.objects.get(is_default_site=True), **values)


def logo(width: int, height: int) -> object:
    file = BytesIO()
    Picture.new("RGB", (width, height), "teal").save(file, "PNG")
    return get_image_model().objects.create(title="Logo", file=ImageFile(file, "logo.png"))


def test_an_unset_branding_is_the_sites_name_in_a_colour_that_can_be_read(settings):
    found = site_branding()
    assert found.name == settings.WAGTAIL_SITE_NAME
    assert (found.logo, found.address, found.phone) == (None, "", "")
    branding().full_clean()


def test_an_administrator_edits_the_branding(admin_client):
    response = admin_client.post(address(), FORM)
    assert response.status_code == 302
    found = site_branding()
    assert found.name == "Harbor Spine Clinic"
    assert found.address == "12 Harbor Street\nBrooklyn, NY 11201"
    assert found.phone_address == "tel:+12125550100"


def test_colours_that_cannot_be_read_are_refused_with_their_ratio(admin_client):
    faint = {**FORM, "accent": "#ffffff", "accent_text": "#777777"}
    response = admin_client.post(address(), faint)
    assert response.status_code == 200
    said = "#777777 on #ffffff has a contrast of 4.47:1. Allowed: 4.5:1 or more."
    assert said in response.content.decode()
    assert ClinicBranding.objects.get().accent == "#0b57a4"


def test_a_ratio_is_never_rounded_up_to_what_is_allowed():
    # 4.49995:1
    with pytest.raises(ValidationError, match=r"contrast of 4\.49:1"):
        branding(accent="#ffffff", accent_text="#008580").full_clean()


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("accent", "teal", "such as #0b57a4"),
        ("accent", "#0b57a4\n", "such as #0b57a4"),
        ("accent_text", "#fff", "such as #0b57a4"),
        ("accent", 'red;"', "such as #0b57a4"),
        ("phone", "call us", r"such as \+1 \(212\) 555-0100"),
        ("phone", "+1 212\r\nBcc: x", r"such as \+1 \(212\) 555-0100"),
    ],
)
def test_what_is_no_colour_and_no_phone_is_refused_by_its_field(field, value, allowed):
    with pytest.raises(ValidationError, match=allowed) as refused:
        branding(**{field: value}).full_clean()
    assert field in refused.value.message_dict


def test_a_logo_is_shown_in_half_of_its_pixels_by_an_absolute_address(settings):
    branding(logo=logo(1600, 400)).save()
    found = site_branding().logo
    assert found is not None
    assert (found.width, found.height) == (200, 50)
    assert found.url.startswith(f"{settings.BASE_URL}/media/images/logo")
    assert found.url.endswith(".png")


def test_a_logo_whose_file_is_gone_is_left_out(settings, caplog):
    picture = logo(80, 80)
    branding(logo=picture, name="Harbor").save()
    picture.file.storage.delete(picture.file.name)
    assert site_branding().logo is None
    assert site_branding().name == "Harbor"
    assert "cannot be read" in caplog.text


def test_the_branding_is_read_in_one_query_where_there_is_no_logo(django_assert_num_queries):
    branding(name="Harbor").save()
    with django_assert_num_queries(1):
        site_branding()
