"""Settings: everything works with nothing set; each environment variable read here is listed in the README."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.csp import CSP

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("KUBELAB_DATA", ROOT / "var"))
"""Everything that is kept: the database, the secret key. Delete it to start from nothing."""


def secret_key() -> str:
    """The key that signs sessions: from the environment, or made once and kept beside the database."""
    if key := os.environ.get("KUBELAB_SECRET_KEY"):
        return key
    path = VAR / "secret-key"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def social(text: str) -> dict[str, dict[str, Any]]:
    """`github:CLIENT_ID:SECRET,google:…` as the social login library wants it."""
    found = [each.split(":", 2) for each in text.split(",") if each.count(":") >= 2]
    return {
        name: {"APPS": [{"client_id": client, "secret": secret}], **SCOPES.get(name, {})}
        for name, client, secret in found
    }


def openid(text: str) -> dict[str, dict[str, Any]]:
    """`school|Our School|https://login.school.example|CLIENT_ID|SECRET,…` as the same library wants it."""
    found = [each.strip().split("|", 4) for each in text.split(",") if each.count("|") >= 4]
    apps = [
        {"provider_id": id, "name": name, "client_id": client, "secret": secret, "settings": {"server_url": server}}
        for id, name, server, client, secret in found
    ]
    return {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}} if apps else {}


def origin(address: str) -> str:
    """What a browser takes a site to be."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def names(variable: str) -> list[str]:
    return [name for name in os.environ.get(variable, "").split(",") if name]


SECRET_KEY = secret_key()
DEBUG = os.environ.get("KUBELAB_DEBUG") == "1"
HOSTS = names("KUBELAB_HOSTS")
"""The names under which a public site is reached; none means this machine only, over plain HTTP."""
ALLOWED_HOSTS = HOSTS or ["localhost", "127.0.0.1", "[::1]"]
TLS_PORT = int(port) if (port := os.environ.get("KUBELAB_TLS_PORT")) else 0 if HOSTS else None
"""Where sandboxes are served over HTTPS as well (0: nowhere; None: beside the site's own port)."""
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS]

SCOPES: dict[str, dict[str, object]] = {
    "github": {"SCOPE": ["read:user", "user:email"]},
    "google": {"SCOPE": ["profile", "email"], "OAUTH_PKCE_ENABLED": True},
}
SOCIALACCOUNT_PROVIDERS = social(os.environ.get("KUBELAB_SOCIAL", "")) | openid(os.environ.get("KUBELAB_OPENID", ""))
SOCIAL_HOSTS = {
    "github": "https://github.com",
    "google": "https://accounts.google.com",
    "gitlab": "https://gitlab.com",
    "microsoft": "https://login.microsoftonline.com",
}


def signing_in(providers: dict[str, Any]) -> list[str]:
    """Where a form leads that begins to sign in through another site."""
    servers = [each["settings"]["server_url"] for each in providers.get("openid_connect", {}).get("APPS", ())]
    return [SOCIAL_HOSTS[each] for each in providers if each in SOCIAL_HOSTS] + [*map(origin, servers)]


SOCIALACCOUNT_ADAPTER = "lab.accounts.social.Adapter"
ACCOUNT_ADAPTER = "lab.accounts.social.Quiet"
SOCIALACCOUNT_AUTO_SIGNUP = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    *(f"allauth.socialaccount.providers.{each}" for each in SOCIALACCOUNT_PROVIDERS),
    "channels",
    "django_htmx",
    "lab",
    "lab.accounts",
    "lab.catalogue",
    "lab.sandboxes",
    "lab.grading",
    "lab.quizzes",
    "lab.playground",
    "lab.practice",
    "lab.jobs",
    "lab.classrooms",
    "lab.faults",
    "lab.writing",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lab.language.keep_language",
    "lab.language.local_time",
    "lab.views.pages_above_forms",
    "lab.sandboxes.trouble.WorldsOutOfReach",
    "lab.accounts.social.OtherSitesOutOfReach",
]

ROOT_URLCONF = "lab.urls"
ASGI_APPLICATION = "lab.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lab.language.context",
                "lab.classrooms.context.context",
                "lab.writing.views.context",
            ],
            "builtins": ["lab.templatetags.kubelab"],
        },
    }
]


def database(url: str) -> dict[str, object]:
    """The embedded database, or the PostgreSQL server that `DATABASE_URL` names."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "kubelab.sqlite3",
            "TEST": {"NAME": VAR / "test.sqlite3"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "OPTIONS": {"pool": True},
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": REDIS_URL, "max_connections": 1000}]},
        }
    }
else:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}
    }
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "catalogue:course"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_NAME = "kubelab_session"
CSRF_COOKIE_NAME = "kubelab_csrf"
CSRF_FAILURE_VIEW = "lab.views.expired"

LANGUAGES = [("en", "English"), ("ko", "한국어")]
LANGUAGE_CODE = "en"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "lab" / "static"]
COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() and not DEBUG
"""Whether `collectstatic` has run: then names carry a hash and browsers keep the files for ever."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED or os.environ.get("KUBELAB_COLLECT") == "1"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
SERVESTATIC_USE_FINDERS = not COLLECTED
if not COLLECTED:  # what is built anew is served at once
    SERVESTATIC_AUTOREFRESH, SERVESTATIC_MAX_AGE = True, 0

# xterm.js places its cells with style attributes and a style element of its own.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF, *signing_in(SOCIALACCOUNT_PROVIDERS)],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HOSTS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 30 * 24 * 3600

MAILERS = {"default": {"BACKEND": os.environ.get("KUBELAB_EMAIL_BACKEND", "lab.accounts.mails.Printed")}}

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_RESULT_BACKEND = REDIS_URL or "cache+memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CLEANING = ("forget-guests", "clear-sessions", "forget-copies", "forget-jobs")
"""The jobs that clean up, begun every day."""
CELERY_BEAT_SCHEDULE = {
    "take-up-jobs": {"task": "lab.jobs.tasks.take_up", "schedule": 60},
    "grade-sittings": {"task": "lab.classrooms.tasks.grade_sittings", "schedule": 60},
    **{each: {"task": "lab.jobs.cleaning.clean_up", "schedule": 24 * 3600, "args": [each]} for each in CLEANING},
}
JOBS = {
    "regrade": "lab.classrooms.judging.regrade",
    "grade-exam": "lab.practice.grading.grade",
    "export-belongings": "lab.accounts.belongings.export",
    "export-grades": "lab.classrooms.sheets.export",
    "import-grades": "lab.classrooms.sheets.take_in",
    "set-off-faults": "lab.faults.everywhere.set_off",
    "release-faults": "lab.faults.everywhere.release",
    "prove": "lab.writing.proving.prove",
    "forget-guests": "lab.accounts.cleaning.forget_guests",
    "clear-sessions": "lab.accounts.cleaning.clear_sessions",
    "forget-copies": "lab.classrooms.copies.forget_copies",
    "forget-jobs": "lab.jobs.cleaning.forget_jobs",
}
"""Which function does which kind of job; see `lab.jobs.tasks`."""
CONTENT = Path(os.environ.get("KUBELAB_CONTENT") or ROOT / "lessons" / "content").resolve()
"""The course's folder; it may live in another repository."""
WRITING = DEBUG or os.environ.get("KUBELAB_WRITING") == "1"
"""Whether the course is being written: read anew when a file is saved, with pages for its author."""
COURSE = os.environ.get("KUBELAB_COURSE", "lab.writing.mounted.course")
"""What reads the course."""
GYM = os.environ.get("KUBELAB_GYM", "lessons.exercises.gym")
EXAMS = os.environ.get("KUBELAB_EXAMS", "lessons.exercises.exams")
DRAW = os.environ.get("KUBELAB_DRAW", "lessons.draws.drawn")
BOOT = os.environ.get("KUBELAB_BOOT", "lessons.boot")
RESTORE = os.environ.get("KUBELAB_RESTORE", "simulator.world.World.restore")
CHECK = os.environ.get("KUBELAB_CHECK", "lessons.checks.run")
SOUND = os.environ.get("KUBELAB_SOUND", "lessons.proofs.is_sound")
TRIED = os.environ.get("KUBELAB_TRIED", "lessons.questions.tried")
OUTCOME = os.environ.get("KUBELAB_OUTCOME", "lessons.questions.outcome")

GUEST_DAYS = 30
"""How long a guest who does not come back is kept."""
COPY_DAYS = 7
"""How long a copy of a learner's world is kept that its instructor has not used."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO" if DEBUG else "WARNING"},
}
