"""compile(page, language) -> Document; the edition log; who may be served what."""
