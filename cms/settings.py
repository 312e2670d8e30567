"""Every setting of Polyclinic, grouped by subject. docs/reference/settings.md explains each."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django
from django.conf.locale import LANG_INFO

from cms.environment import (
    read_caches,
    read_choice,
    read_database,
    read_integer,
    read_list,
    read_matching,
    read_replica,
    read_search_engine,
    read_task_redis,
    read_url,
    require_package,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))

# Where it runs

ENVIRONMENT = read_choice(
    "POLYCLINIC_ENV", allowed=("development", "production"), default="development"
)
PRODUCTION = ENVIRONMENT == "production"
DEBUG = not PRODUCTION
# cms/checks.py refuses production with this key, and with other unsafe settings.
DEVELOPMENT_SECRET_KEY = "development-only-key-refused-in-production"  # noqa: S105  it is public
SECRET_KEY = os.environ.get("SECRET_KEY", DEVELOPMENT_SECRET_KEY)
ALLOWED_HOSTS = read_list("ALLOWED_HOSTS", default="" if PRODUCTION else "127.0.0.1,localhost")
# Absolute addresses in documents, headers and mails come from here, never from a Host header.
BASE_URL = read_url("BASE_URL", default="http://127.0.0.1:8000")
# How many proxies stand in front: whose word on the reader's address and scheme is taken.
PROXY_COUNT = read_integer("PROXY_COUNT", default=0)

# Languages: the one list. The first is the source. Adding one: docs/how-to/add-a-language.md

LANGUAGES = [
    ("en", "English"),
    ("es", "Spanish"),
    ("zh-hans", "Chinese (simplified)"),
    ("ru", "Russian"),
    ("bn", "Bengali"),
    ("ht", "Haitian Creole"),
    ("ko", "Korean"),
    ("ar", "Arabic"),
    ("ur", "Urdu"),
    ("fr", "French"),
    ("pl", "Polish"),
]
# Django 5.2 has no table entry for Haitian Creole and Yiddish, and get_language_info() raises
# without one; 6.1 spells the name of Creole another way, and documents are the same bytes on both.
LANG_INFO["ht"] = {
    "bidi": False,
    "code": "ht",
    "name": "Haitian Creole",
    "name_local": "Kreyòl ayisyen",
}
LANG_INFO["yi"] = {"bidi": True, "code": "yi", "name": "Yiddish", "name_local": "ייִדיש"}
LANGUAGE_CODE = "en"
WAGTAIL_CONTENT_LANGUAGES = [("en", "English")]
WAGTAIL_I18N_ENABLED = False
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("TIME_ZONE", "UTC")
LOCALE_PATHS = [BASE_DIR / "locale"]

MODELTRANSLATION_LANGUAGES = tuple(code for code, _ in LANGUAGES)
MODELTRANSLATION_DEFAULT_LANGUAGE = LANGUAGES[0][0]
# A value says its language or is absent: falling back is compile's decision, said in the output.
MODELTRANSLATION_ENABLE_FALLBACKS = False

# What may be served besides approved translations, in blocks that are not critical.
# docs/explanation/safety.md
UNREVIEWED_POLICY = read_choice(
    "UNREVIEWED_POLICY",
    allowed=("never", "needs_review", "machine"),
    default="never",
)

# Seconds for which an app may show a copy without asking again. It is in every document: after a
# change, reconcile_editions. docs/how-to/sync-an-app.md
OFFLINE_MAX_STALE = read_integer("OFFLINE_MAX_STALE", default=7 * 24 * 60 * 60, minimum=60)

# Whether who translated a text may not be who reviews it.
FOUR_EYES = read_choice("FOUR_EYES", allowed=("yes", "no"), default="yes") == "yes"

# Whether publishing fills untranslated segments from exact memory, to wait for a review.
PRETRANSLATE_FROM_MEMORY = (
    read_choice("PRETRANSLATE_FROM_MEMORY", allowed=("yes", "no"), default="yes") == "yes"
)

# Applications

INSTALLED_APPS = [
    # Before pages: its ready() adds the columns that pages' own ready() relies on.
    "modeltranslation",
    "cms",
    "api",
    "pages",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "cms.routing.ReadFromReplica",
    "api.cache_version.CheckCacheVersion",
    "api.kept.KeepAnswers",
    # What follows is not for /api/: the file says why.
    "cms.short_path.ShortPathForApi",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.atomic_writes.RetriedWrites",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "pages.admin.gate.TranslatorsGate",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.atomic_writes.AtomicWrites",
]
ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Database

DATABASES = {
    "default": read_database("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'polyclinic.sqlite3'}")
}
# Reads of the public API, where they can be right. docs/decisions/0031-reading-from-a-replica.md
if replica := read_replica("DATABASE_REPLICA_URL", primary=DATABASES["default"]):
    DATABASES["replica"] = replica
    DATABASE_ROUTERS = ["cms.routing.ReplicaRouter"]
# The bound: what was recalled so many seconds ago is read nowhere.
REPLICA_LAG_SECONDS = read_integer("REPLICA_LAG_SECONDS", default=1, minimum=1)
# How long the replica may answer while its primary is out of reach, and nobody knows what it says.
REPLICA_ALONE_SECONDS = read_integer("REPLICA_ALONE_SECONDS", default=0)

# Cache: Redis where there is one; nothing depends on it.

REDIS_URL = os.environ.get("REDIS_URL", "")
CACHES = {
    "default": {
        # Wagtail caches renditions by image id: two sites that share a Redis have two image 7.
        "KEY_PREFIX": str(DATABASES["default"]["NAME"]),
        **(
            {"BACKEND": "cms.redis_cache.RedisCache", "LOCATION": REDIS_URL}
            if REDIS_URL
            else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        ),
    }
}

# Background work. docs/explanation/architecture.md

TASK_QUEUE = read_choice(
    "TASK_QUEUE", allowed=("immediate", "database", "redis"), default="immediate"
)
# Whether tasks run elsewhere: who starts much work in a request decides by this.
BACKGROUND = TASK_QUEUE != "immediate"
match TASK_QUEUE:
    case "immediate":
        TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    case "database":
        require_package("django_tasks_db", wanted_by="TASK_QUEUE='database'")
        INSTALLED_APPS += ["django_tasks_db"]
        TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    case "redis":
        require_package("django_tasks_rq", wanted_by="TASK_QUEUE='redis'")
        INSTALLED_APPS += ["django_rq"]
        TASKS = {"default": {"BACKEND": "cms.redis_queue.RedisQueue"}}
        RQ_QUEUES = {"default": read_task_redis("REDIS_URL", wanted_by="TASK_QUEUE='redis'")}

# Answers kept in the memory of each process. docs/decisions/0029-answers-kept-in-memory.md

KEPT_MEGABYTES = read_integer("KEPT_MEGABYTES", default=64)

# Caches that are told of each publish. docs/how-to/put-a-cache-in-front.md

CACHE_PURGE = read_caches("CACHE_PURGE", kinds=("varnish", "fastly", "cloudflare"))
CACHE_PURGE_SECRET = os.environ.get("CACHE_PURGE_SECRET", "")

# Search: the database's own, and OpenSearch where there is one. docs/how-to/search-from-an-app.md

SEARCH_URL = read_search_engine("SEARCH_URL")
if SEARCH_URL:
    require_package("opensearchpy", wanted_by="SEARCH_URL")
# Two sites that share an engine have two of these.
SEARCH_INDEX_PREFIX = (
    read_matching(
        "SEARCH_INDEX_PREFIX",
        pattern=r"[a-z][a-z0-9_-]{0,40}",
        allowed="small letters, digits, _ and -, such as polyclinic_",
    )
    or "polyclinic_"
)

# Files

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR_DIR / "media"))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Bundles hold everything that is public in a language. Not below MEDIA_ROOT, which the web server
# in front serves: each answer is checked against what may be shown at that moment.
BUNDLE_ROOT = Path(os.environ.get("BUNDLE_ROOT", VAR_DIR / "bundles"))
BUNDLE_S3_BUCKET = os.environ.get("BUNDLE_S3_BUCKET", "")
MEDIA_S3_BUCKET = os.environ.get("MEDIA_S3_BUCKET", "")
# Without it: Amazon's. Keys and the region are boto's own variables.
S3_ENDPOINT_URL = (
    read_matching(
        "S3_ENDPOINT_URL",
        pattern=r"https?://[!-~]+",
        allowed="an address such as https://s3.example.org",
    )
    or None
)
if MEDIA_S3_BUCKET:
    require_package("storages", wanted_by=f"MEDIA_S3_BUCKET={MEDIA_S3_BUCKET!r}")
    STORAGES["default"] = {
        "BACKEND": "cms.media_bucket.MediaBucket",
        "OPTIONS": {"bucket_name": MEDIA_S3_BUCKET, "endpoint_url": S3_ENDPOINT_URL},
    }
    # Wagtail would send its readers on to the bucket, which does not know who may see a document.
    WAGTAILDOCS_SERVE_METHOD = "serve_view"
if BUNDLE_S3_BUCKET:
    require_package("storages", wanted_by=f"BUNDLE_S3_BUCKET={BUNDLE_S3_BUCKET!r}")
    STORAGES["bundles"] = {
        "BACKEND": "pages.bundles.s3.BundleBucket",
        "OPTIONS": {"bucket_name": BUNDLE_S3_BUCKET, "endpoint_url": S3_ENDPOINT_URL},
    }
else:
    STORAGES["bundles"] = {"BACKEND": "pages.bundles.storage.BundleFiles"}
# The width that pictures in bundles have, of those that there are (RENDITION_WIDTHS).
BUNDLE_IMAGE_WIDTH = int(
    read_choice("BUNDLE_IMAGE_WIDTH", allowed=("400", "800", "1200"), default="800")
)
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# Print. docs/how-to/print.md

PRINT_PAPER = read_choice("PRINT_PAPER", allowed=("A4", "Letter"), default="A4")
# Limits of the processes that make PDFs: pages/printing/pool.py says what each holds.
PRINT_WORKERS = read_integer("PRINT_WORKERS", default=1, minimum=1)
PRINT_WAITING = read_integer("PRINT_WAITING", default=1)
PRINT_SECONDS = read_integer("PRINT_SECONDS", default=30, minimum=1)
PRINT_MEGABYTES = read_integer("PRINT_MEGABYTES", default=250, minimum=200)

# Security

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
# Wagtail's preview panel is a frame of our own origin, so Django's advice of DENY cannot hold.
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]

# A page of 150 blocks posts some 4,000 fields; Django's default of 1,000 answers 400.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

# Wagtail

WAGTAIL_SITE_NAME = "Polyclinic"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["bold", "italic", "ol", "ul", "link", "glossary-term"]},
    }
}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "pages.searching.database"}}
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAIL_ENABLE_UPDATE_CHECK = False  # no request leaves the clinic's own network
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # likewise, and no editor's address is sent away
TAGGIT_CASE_INSENSITIVE = True

# Mail: password resets and review notices. Without a mail server they are not offered.

MAIL_HOST = os.environ.get("EMAIL_HOST", "")
MAIL_PORT = read_integer("EMAIL_PORT", default=587, minimum=1)
MAIL_SERVER = {
    "host": MAIL_HOST,
    "port": MAIL_PORT,
    "username": os.environ.get("EMAIL_HOST_USER", ""),
    "password": os.environ.get("EMAIL_HOST_PASSWORD", ""),
    "use_tls": MAIL_PORT == 587,  # STARTTLS, RFC 6409
    "use_ssl": MAIL_PORT == 465,  # TLS from the start, RFC 8314
    "timeout": 10,
}
if MAIL_HOST:
    MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
elif PRODUCTION:
    # Not to the log: a reset link there would let its readers in.
    MAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
else:
    MAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": MAIL_BACKEND, "OPTIONS": MAIL_SERVER if MAIL_HOST else {}}}
else:
    EMAIL_BACKEND = MAIL_BACKEND
    EMAIL_HOST, EMAIL_PORT = MAIL_SERVER["host"], MAIL_SERVER["port"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL_SERVER["username"], MAIL_SERVER["password"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_SERVER["use_tls"], MAIL_SERVER["use_ssl"]
    EMAIL_TIMEOUT = MAIL_SERVER["timeout"]
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "polyclinic@localhost")
# How patients get no more emails (RFC 2369 and 8058); without them emails do not offer it.
EMAIL_UNSUBSCRIBE_URL = read_matching(
    "EMAIL_UNSUBSCRIBE_URL",
    pattern=r"https://[!-;=?-~]+",
    allowed="an https address, such as https://clinic.example.org/unsubscribe",
)
EMAIL_UNSUBSCRIBE_MAIL = read_matching(
    "EMAIL_UNSUBSCRIBE_MAIL",
    pattern=r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*",
    allowed="an email address, such as unsubscribe@clinic.example.org",
)
WAGTAIL_PASSWORD_RESET_ENABLED = bool(MAIL_HOST) or not PRODUCTION

# Webhooks. docs/how-to/receive-webhooks.md

# Who sends: the processes that publish, each in a thread of its own, or `deliver_webhooks --watch`.
WEBHOOK_SENDER = read_choice("WEBHOOK_SENDER", allowed=("web", "worker"), default="web")
# Also http and hosts that are not on the public internet. Refused in production.
WEBHOOK_ALLOW_PRIVATE = (
    read_choice("WEBHOOK_ALLOW_PRIVATE", allowed=("yes", "no"), default="no") == "yes"
)

# Log: to standard error, for the journal to keep. No addresses, no query strings.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_query_string": {"()": "cms.request_log.WithoutQueryString"}},
    "formatters": {"line": {"format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_query_string"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # In place of Django's own handlers, one of which mails whole requests.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # Scanners try hosts all day. Each is answered 400, which the access log has.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}

# The API

# How many requests of a process may wait for news (?wait=). Each keeps one of its four threads.
SYNC_WAITERS = read_integer("SYNC_WAITERS", default=2)

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "api.openapi.autoschema.OperationSchema",
    # ?format= is a parameter of one address and unknown to all others.
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "api.problems.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "DEFAULT_GENERATOR_CLASS": "api.openapi.generator.OpenApiGenerator",
    "OAS_VERSION": "3.1.1",
    "TITLE": "Polyclinic",
    "DESCRIPTION": "Treatment pages of a clinic in the patient's language. Reads only; nobody "
    "needs a key. Nothing outdated or unreviewed is served as a translation without saying so.",
    "VERSION": "1",
    "LICENSE": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
    "SERVERS": [{"url": "/"}],
    "TAGS": [
        {"name": name}
        for name in (
            "Treatments",
            "Search",
            "Sync",
            "Bundles",
            "Vocabulary",
            "Languages",
            "Webhooks",
            "Schemas",
        )
    ],
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
}
