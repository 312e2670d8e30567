"""Making the bundle of a language, where what is stored is not what is public now."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from pages.bundles.contents import Contents, bodies, public_contents
from pages.bundles.manifest import Assembled
from pages.bundles.pictures import Pictures
from pages.bundles.storage import bundle_storage
from pages.bundles.writers import WRITERS
from pages.models import Bundle


def refresh(
    language_code: str, forms: Sequence[str], pictures: Pictures
) -> Iterator[tuple[Bundle, bool]]:
    """The bundle in each of these formats, and whether it had to be made. Raises OSError."""
    contents = public_contents(language_code)
    stored = {
        bundle.format: bundle
        for bundle in Bundle.objects.filter(
            language=language_code, format__in=forms, fingerprint=contents.fingerprint
        )
        if bundle_storage().exists(bundle.name)
    }
    assembled = None
    for form in forms:
        if form in stored:
            yield stored[form], False
        else:
            assembled = assembled or _assembled(contents, pictures)
            yield _made(assembled, form, pictures), True


def _assembled(contents: Contents, pictures: Pictures) -> Assembled:
    documents = (body for _, body in bodies(contents.entries))
    return Assembled(contents, pictures.of_documents(documents))


def _made(assembled: Assembled, form: str, pictures: Pictures) -> Bundle:
    """The name is that of the bytes: whoever is reading another one goes on reading it whole."""
    contents = assembled.contents
    with tempfile.TemporaryFile() as file:
        WRITERS[form](assembled, pictures, file)
        size = file.tell()
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        name = f"{contents.language_code}/{digest}.{form}"
        bundle_storage().save(name, File(file, name))
    bundle, _ = Bundle.objects.update_or_create(
        language=contents.language_code,
        format=form,
        defaults={
            "fingerprint": contents.fingerprint,
            "held": [entry.edition_id for entry in contents.entries],
            "name": name,
            "digest": digest,
            "size": size,
            "images": len(assembled.pictures),
            "made_at": timezone.now(),
        },
    )
    transaction.on_commit(lambda: _delete_others(bundle), robust=True)
    return bundle


def _delete_others(bundle: Bundle) -> None:
    """What it takes the place of; and what a process left that was ended after writing."""
    storage = bundle_storage()
    for found in storage.listdir(bundle.language)[1]:
        name = f"{bundle.language}/{found}"
        if found.endswith(f".{bundle.format}") and name != bundle.name:
            storage.delete(name)
