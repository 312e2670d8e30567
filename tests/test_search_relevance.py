"""What readers look for in the demo, and whether what helps them comes first.

The questions were written from the demo's subjects, before any engine was asked. Where a language
has one page, only whether it is found is measured; four languages have all six.
"""

from __future__ import annotations

from collections import defaultdict
from io import StringIO
from statistics import mean

import pytest
from django.core.management import call_command

EPIDURAL = "epidural-steroid-injection"
BLOCK = "nerve-block"
THERAPY = "physical-therapy"
SPINE = "spinal-mobilization"
MASSAGE = "therapeutic-massage"
TRIGGER = "trigger-point-injection"

# (language, what is typed, pages that help)
QUESTIONS: tuple[tuple[str, str, set[str]], ...] = (
    ("en", "back pain", {SPINE, MASSAGE}),
    ("en", "low back pain", {SPINE, MASSAGE}),
    ("en", "sciatica", {EPIDURAL}),
    ("en", "pinched nerve", {EPIDURAL}),
    ("en", "neck pain", {SPINE}),
    ("en", "stiff spine", {SPINE}),
    ("en", "massage", {MASSAGE}),
    ("en", "sore muscles", {MASSAGE, TRIGGER}),
    ("en", "exercises", {THERAPY}),
    ("en", "PT", {THERAPY}),
    ("en", "ESI", {EPIDURAL}),
    ("en", "numbing injection", {BLOCK}),
    ("en", "steroid shot", {EPIDURAL}),
    ("en", "needle in muscle", {TRIGGER}),
    ("en", "masage", {MASSAGE}),
    ("en", "phisical therapy", {THERAPY}),
    ("en", "broken hip pain", {BLOCK}),
    ("en", "epidural blood thinners", {EPIDURAL}),
    ("en", "physiotherapy", {THERAPY}),
    ("en", "can I drive after a nerve block", {BLOCK}),
    ("es", "dolor de espalda", {SPINE, MASSAGE}),
    ("es", "masaje", {MASSAGE}),
    ("es", "fisioterapia", {THERAPY}),
    ("es", "dolor de cuello", {SPINE}),
    ("es", "nervio pinzado", {EPIDURAL}),
    ("es", "inyeccion epidural", {EPIDURAL}),
    ("es", "punto gatillo", {TRIGGER}),
    ("es", "terapia fisica", {THERAPY}),
    ("es", "bloqueo de nervios", {BLOCK}),
    ("es", "ejercicios en casa", {THERAPY}),
    ("es", "fisoterapia", {THERAPY}),
    ("es", "músculos adoloridos", {MASSAGE, TRIGGER}),
    ("zh-hans", "腰痛", {SPINE, MASSAGE}),
    ("zh-hans", "按摩", {MASSAGE}),
    ("zh-hans", "颈痛", {SPINE}),
    ("zh-hans", "类固醇", {EPIDURAL}),
    ("zh-hans", "坐骨神经痛", {EPIDURAL}),
    ("zh-hans", "触发点", {TRIGGER}),
    ("zh-hans", "物理疗法", {THERAPY}),
    ("zh-hans", "神经阻滞", {BLOCK}),
    ("zh-hans", "肌肉酸痛", {MASSAGE, TRIGGER}),
    ("zh-hans", "脊柱僵硬", {SPINE}),
    ("zh-hans", "打针麻醉", {BLOCK, TRIGGER}),
    ("ar", "آلام أسفل الظهر", {SPINE, MASSAGE}),
    ("ar", "العلاج الطبيعي", {THERAPY}),
    ("ar", "تدليك", {MASSAGE}),
    ("ar", "حقن الستيرويد", {EPIDURAL}),
    ("ar", "ألم الرقبة", {SPINE}),
    ("ar", "عصب مضغوط", {EPIDURAL}),
    ("ar", "نقطة الزناد", {TRIGGER}),
    ("ar", "تمارين", {THERAPY}),
    ("ar", "الم الساق", {EPIDURAL}),
    ("ru", "боль в шее", {SPINE}),
    ("ru", "боли в спине", {SPINE}),
    ("ru", "мануальная терапия", {SPINE}),
    ("ru", "позвоночник", {SPINE}),
    ("fr", "mal de dos", {SPINE}),
    ("fr", "douleurs au cou", {SPINE}),
    ("fr", "therapie manuelle", {SPINE}),
    ("ko", "허리통증", {SPINE}),
    ("ko", "목 통증", {SPINE}),
    ("ko", "척추", {SPINE}),
    ("ko", "도수치료", {SPINE}),
    ("pl", "ból szyi", {SPINE}),
    ("pl", "bol plecow", {SPINE}),
    ("pl", "kręgosłup", {SPINE}),
    ("ht", "doulè do", {SPINE}),
    ("ht", "kolon vetebral", {SPINE}),
    ("bn", "ঘাড় ব্যথা", {SPINE}),
    ("bn", "কোমর ব্যথা", {SPINE}),
    ("ur", "گردن کا درد", {SPINE}),
    ("ur", "کمر درد", {SPINE}),
)
ENOUGH = 0.9  # mean reciprocal rank of the first page that helps, of 1


@pytest.mark.django_db
def test_what_helps_comes_first(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_demo", quiet=True, stdout=StringIO())
    ranks: dict[str, list[float]] = defaultdict(list)
    late = []
    for language, question, helpful in QUESTIONS:
        answer = client.get(f"/api/v1/{language}/search/", {"q": question, "limit": "50"}).json()
        found = [item["slug"] for item in answer["items"]]
        place = next((place for place, slug in enumerate(found, 1) if slug in helpful), None)
        ranks[language].append(1 / place if place else 0)
        if place != 1:
            late.append(f"{language} {question}: {found} ({answer['matched']})")
    by_language = {language: mean(values) for language, values in ranks.items()}
    said = "\n".join([str(by_language), *late])
    print(said)
    assert mean(value for values in ranks.values() for value in values) >= ENOUGH, said
    # So that the languages in which one page is all there is carry none that has six.
    for language in ("en", "es", "zh-hans", "ar"):
        assert by_language[language] >= ENOUGH, said


@pytest.mark.django_db
def test_what_the_clinic_does_not_offer_is_not_found(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_demo", quiet=True, stdout=StringIO())
    for language, question in (
        ("en", "dialysis"),
        ("es", "quimioterapia"),
        ("zh-hans", "透析"),
        ("ar", "غسيل"),
        ("ru", "диализ"),
        ("fr", "chimiothérapie"),
        ("ko", "투석"),
        ("pl", "dializa"),
    ):
        answer = client.get(f"/api/v1/{language}/search/", {"q": question}).json()
        assert (answer["total"], answer["items"]) == (0, []), question
