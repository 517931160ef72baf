"""All settings, from the environment; docs/administrators/settings.md lists them.

One machine needs none of them: `peerloom serve` keeps its data in a folder and makes its own secret.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from peerloom.config.logs import logging_for


def _flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "").casefold()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}")
    return default


def _number(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    if value and not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}")
    return int(value or default)


def _names(what: str, *usual: str) -> list[str]:
    """What the provider calls something; as usual where nothing is said."""
    own = os.environ.get(f"PEERLOOM_SAML_{what}", "")
    return [own, *usual] if own else list(usual)


PACKAGE = Path(__file__).resolve().parents[1]
DATA_DIR = Path(os.environ.get("PEERLOOM_DATA_DIR", "data")).resolve()
DEMO = _flag("PEERLOOM_DEMO")
DEBUG = False


def _secret() -> str:
    """The given secret, or one made at the first start and kept with the data."""
    given = os.environ.get("PEERLOOM_SECRET_KEY", "")
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured("PEERLOOM_SECRET_KEY must have at least 32 characters")
        return given
    path = DATA_DIR / "secret_key"
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = _secret()
# What partners write is sealed with keys that these wrap: newest first, or kept with the data.
ENCRYPTION_KEYS = os.environ.get("PEERLOOM_ENCRYPTION_KEYS", "").replace(",", " ").split()
ENCRYPTION_KEYS_FILE = DATA_DIR / "encryption_keys"
for _key in ENCRYPTION_KEYS:
    try:
        Fernet(_key)
    except ValueError:
        raise ImproperlyConfigured(
            "PEERLOOM_ENCRYPTION_KEYS must be Fernet keys: 32 bytes each, in URL-safe base64"
        ) from None
# A link for video calls is made for each partnership from this address, for example a Jitsi server.
VIDEO_URL = os.environ.get("PEERLOOM_VIDEO_URL", "").rstrip("/")
if VIDEO_URL and not VIDEO_URL.startswith("https://"):
    raise ImproperlyConfigured("PEERLOOM_VIDEO_URL must begin with https://")
# Receivers of messages inside the own network, as host or host:port; others have to be public.
HOOK_HOSTS = os.environ.get("PEERLOOM_HOOK_HOSTS", "").replace(",", " ").split()
SITE_URL = os.environ.get("PEERLOOM_URL", "http://localhost:8000").rstrip("/")
if not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured("PEERLOOM_URL must begin with http:// or https://")
_SECURE = SITE_URL.startswith("https://")
_HOST = SITE_URL.split("://", 1)[1].split("/", 1)[0]
ALLOWED_HOSTS = [_HOST.rsplit(":", 1)[0], "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "peerloom.core",
    "peerloom.messaging",
    "peerloom.accounts",
    "peerloom.programs",
    "peerloom.participants",
    "peerloom.partnerships",
    "peerloom.rounds",
    "peerloom.care",
    "peerloom.pulses",
    "peerloom.results",
    "peerloom.demo",
    "peerloom.web",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "peerloom.web.middleware.PersonTimeZone",
    "peerloom.web.middleware.PersonLanguage",
    "peerloom.web.middleware.SecondFactor",
    "peerloom.web.middleware.DiskFull",
    "peerloom.web.middleware.SealedText",
    "peerloom.web.middleware.OutsideDown",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "peerloom.config.urls"
WSGI_APPLICATION = "peerloom.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates", PACKAGE / "api" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "peerloom.web.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "peerloom.web.templatetags.peerloom"],
        },
    }
]

_DATABASE_URL = os.environ.get("DATABASE_URL", f"sqlite:///{DATA_DIR / 'peerloom.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(_DATABASE_URL, conn_max_age=60)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # Tests with several connections need a file: one in memory locks whole tables.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
elif "postgresql" not in DATABASES["default"]["ENGINE"]:
    raise ImproperlyConfigured("DATABASE_URL must be sqlite:/// or postgresql://")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "peerloom.accounts.adapter.CodeOnlyAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "landing"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _SECURE else "http"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Peerloom"
# Nobody signs in without having shown that the address is theirs, but for the first start.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _SECURE
# Whoever manages programs or administers signs in with a second factor as well.
SECOND_FACTOR = os.environ.get("PEERLOOM_SECOND_FACTOR", "offered" if DEMO else "required")
if SECOND_FACTOR not in ("required", "offered"):
    raise ImproperlyConfigured("PEERLOOM_SECOND_FACTOR must be required or offered")
# Web servers in front, each of which adds to X-Forwarded-For: limits go by the address behind them.
ALLAUTH_TRUSTED_PROXY_COUNT = _number("PEERLOOM_PROXIES", 0)
# Single sign-on with the organisation's own provider, found by its address (OpenID Connect).
OIDC_ISSUER = os.environ.get("PEERLOOM_OIDC_ISSUER", "").rstrip("/")
OIDC_NAME = os.environ.get("PEERLOOM_OIDC_NAME", "your organisation")
SOCIALACCOUNT_ADAPTER = "peerloom.accounts.adapter.OrganisationSignIn"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
# A link, not a form: our policy lets no form lead to another host. The provider's answer is checked.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"APPS": []}}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "organisation",
            "name": OIDC_NAME,
            "client_id": os.environ.get("PEERLOOM_OIDC_CLIENT_ID", ""),
            "secret": os.environ.get("PEERLOOM_OIDC_CLIENT_SECRET", ""),
            "settings": {
                "server_url": OIDC_ISSUER,
                "oauth_pkce_enabled": True,
                # Some providers verify addresses and do not say so.
                "verified_email": _flag("PEERLOOM_OIDC_TRUSTS_EMAIL"),
            },
        }
    ]
    if not SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["client_id"]:
        raise ImproperlyConfigured("PEERLOOM_OIDC_ISSUER needs PEERLOOM_OIDC_CLIENT_ID")

# Or with its provider of SAML 2.0, by its metadata (needs `peerloom[saml]`).
SAML_METADATA = os.environ.get("PEERLOOM_SAML_METADATA", "")
SAML_NAME = os.environ.get("PEERLOOM_SAML_NAME", "your organisation")
if SAML_METADATA:
    INSTALLED_APPS.append("allauth.socialaccount.providers.saml")
    if not os.environ.get("PEERLOOM_SAML_ENTITY"):
        raise ImproperlyConfigured("PEERLOOM_SAML_METADATA needs PEERLOOM_SAML_ENTITY")
    SOCIALACCOUNT_PROVIDERS["saml"] = {
        "APPS": [
            {
                "provider_id": os.environ["PEERLOOM_SAML_ENTITY"],
                "client_id": "organisation",
                "name": SAML_NAME,
                "settings": {
                    "idp": {
                        "entity_id": os.environ["PEERLOOM_SAML_ENTITY"],
                        "metadata_url": SAML_METADATA
                        if SAML_METADATA.startswith("https://")
                        else Path(SAML_METADATA).resolve().as_uri(),
                    },
                    "advanced": {
                        "want_assertion_signed": True,
                        "allow_single_label_domains": True,
                        "reject_deprecated_algorithm": True,
                        "reject_idp_initiated_sso": True,
                    },
                    # What the organisation's own provider signs is taken for true.
                    "verified_email": True,
                    "attribute_mapping": {
                        "uid": _names("UID", "urn:oasis:names:tc:SAML:attribute:subject-id"),
                        "email": _names(
                            "EMAIL",
                            "email",
                            "mail",
                            "urn:oid:0.9.2342.19200300.100.1.3",
                            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
                        ),
                        "name": _names(
                            "NAME_IN",
                            "displayName",
                            "urn:oid:2.16.840.1.113730.3.1.241",
                            "http://schemas.microsoft.com/identity/claims/displayname",
                        ),
                        "first_name": [
                            "givenName",
                            "urn:oid:2.5.4.42",
                            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
                        ],
                        "last_name": [
                            "sn",
                            "urn:oid:2.5.4.4",
                            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
                        ],
                    },
                },
            }
        ]
    }

LANGUAGES = [("en", "English"), ("fr", "Français"), ("es", "Español")]
# What is said where nobody's own language is known: what a worker notes for an admin.
LANGUAGE_CODE = os.environ.get("PEERLOOM_LANGUAGE", "en")
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured(
        f"PEERLOOM_LANGUAGE is one of {', '.join(dict(LANGUAGES))}, not {LANGUAGE_CODE!r}."
    )
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# Mail: to a server when one is named, else to files in the data folder, so that nothing is lost.
EMAIL_HOST = os.environ.get("PEERLOOM_SMTP_HOST", "")
EMAIL_PORT = _number("PEERLOOM_SMTP_PORT", 587)
EMAIL_HOST_USER = os.environ.get("PEERLOOM_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("PEERLOOM_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("PEERLOOM_SMTP_STARTTLS", default=bool(EMAIL_HOST_USER))
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
DEFAULT_FROM_EMAIL = os.environ.get(
    "PEERLOOM_MAIL_FROM", f"Peerloom <peerloom@{_HOST.split(':')[0]}>"
)

MAX_UPLOAD_BYTES = 25 * 1024 * 1024
# Calls of the API that one token may make in a minute.
API_RATE = _number("PEERLOOM_API_RATE", 600)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "peerloom.web.errors.stale_form"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Counts of attempts, the same for all processes and machines.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

_LOG_FORMAT = os.environ.get("PEERLOOM_LOG_FORMAT", "lines")
if _LOG_FORMAT not in ("lines", "json"):
    raise ImproperlyConfigured("PEERLOOM_LOG_FORMAT must be lines or json")
LOGGING = logging_for(os.environ.get("PEERLOOM_LOG_LEVEL", "INFO"), _LOG_FORMAT)
# Whoever shows this token may read /metrics/; nobody may without one.
METRICS_TOKEN = os.environ.get("PEERLOOM_METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("PEERLOOM_METRICS_TOKEN must have at least 20 characters")
