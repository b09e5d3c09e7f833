"""Settings.

Everything that differs between installations comes from the environment; the defaults are the embedded
installation of `make run`: SQLite, an embedded broker and files below HEARD_DATA. `docs/operations.md` lists every variable.
"""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from config import csp, schedule
from config.databases import files_or_url, sqlite_or_url

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
HEARD_DATA = Path(env("HEARD_DATA", default=str(BASE_DIR / "var"))).resolve()

# --- what kind of installation ------------------------------------------------------------------
# The embedded installation speaks plain HTTP on the machine it was started on. Anything else is production.
PRODUCTION = env.bool("HEARD_PRODUCTION", default=False)
DEMO = env.bool("HEARD_DEMO", default=False)
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default=f"http://localhost:{env('PORT', default='8000')}")

HEARD_KEYS_FILE = Path(env("HEARD_KEYS_FILE", default=str(HEARD_DATA / "keys.toml")))
SECRET_KEY_FILE = Path(env("SECRET_KEY_FILE", default=str(HEARD_DATA / "secret-key")))
SECRET_KEY = env("SECRET_KEY", default="") or (
    SECRET_KEY_FILE.read_text().strip() if SECRET_KEY_FILE.exists() else "not-set-up-yet-" + "0" * 50
)

# --- applications -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "csp",
    "audit",
    "vault",
    "people",
    "notices",
    "policy",
    "training",
    "complaints",
    "investigations",
    "oversight",
    "managing",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.PrivacyHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LanguageMiddleware",
    "config.middleware.OrganisationClockMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "vault.middleware.VaultSessionMiddleware",
    "people.middleware.SecondFactorMiddleware",
    "complaints.middleware.WordingMiddleware",
    "config.language_button.LanguageButtonMiddleware",
    "config.middleware.SentOnceMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
            "libraries": {"look": "config.look_tags"},
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "config.look_tags",
                "config.date_tags",
                "config.page_form_tags",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- databases, cache, files ------------------------------------------------------------------------
DATABASES = {
    "default": sqlite_or_url(env, "DATABASE_URL", HEARD_DATA / "heard.sqlite3"),
    # Shred keys live apart, with their own short-lived backups, so that deleting one is final.
    "shred_keys": sqlite_or_url(env, "SHRED_DATABASE_URL", HEARD_DATA / "shred-keys.sqlite3"),
}
DATABASE_ROUTERS = ["vault.routers.ShredKeyRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": files_or_url(env, "CACHE_URL", HEARD_DATA / "cache")}

SEALED_ROOT = Path(env("SEALED_ROOT", default=str(HEARD_DATA / "sealed")))
FILE_UPLOAD_HANDLERS = ["vault.uploadhandler.SealingUploadHandler"]
MAX_UPLOAD_MB = env.int("MAX_UPLOAD_MB", default=50)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 10

STATIC_URL = "/static/"
STATIC_ROOT = HEARD_DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(HEARD_DATA / "media")}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- who someone is ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.backends.PeopleBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/w/"
ACCOUNT_ADAPTER = "people.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "people.adapter.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Whoever asks for a new password for an unknown address gets no mail: the portal must not write to strangers.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_FORMS = {
    "login": "people.forms_account.SignInForm",
    "reset_password": "people.forms_account.ResetPasswordForm",
    "reset_password_from_key": "people.forms_account.ResetPasswordKeyForm",
    "change_password": "people.forms_account.ChangePasswordForm",
    "set_password": "people.forms_account.SetPasswordForm",
    "reauthenticate": "people.forms_account.ConfirmPasswordForm",
}
MFA_FORMS = {
    "authenticate": "people.forms_account.CodeForm",
    "reauthenticate": "people.forms_account.ConfirmCodeForm",
    "activate_totp": "people.forms_account.StartAppForm",
    "add_webauthn": "people.forms_account.AddKeyForm",
    "edit_webauthn": "people.forms_account.RenameKeyForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ADAPTER = "people.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Work Support"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = {}
OIDC_SERVER_URL = env("OIDC_SERVER_URL", default="")
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "sso",
                "name": env("OIDC_NAME", default="Company sign-in"),
                "client_id": env("OIDC_CLIENT_ID"),
                "secret": env("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ],
        "OAUTH_PKCE_ENABLED": True,
    }

# --- cookies and headers ----------------------------------------------------------------------------
# Browsers refuse `__Host-` cookies over plain HTTP, so the embedded installation uses plain names.
COOKIE_SECURE = env.bool("COOKIE_SECURE", default=PRODUCTION)
COOKIE_PREFIX = "__Host-" if COOKIE_SECURE else ""
SESSION_ENGINE = "vault.websessions"
SESSION_COOKIE_NAME = COOKIE_PREFIX + "s"
SESSION_COOKIE_SECURE = COOKIE_SECURE
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = COOKIE_PREFIX + "c"
CSRF_COOKIE_SECURE = COOKIE_SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.pages.csrf_failure"
LANGUAGE_COOKIE_NAME = COOKIE_PREFIX + "l"
LANGUAGE_COOKIE_SECURE = COOKIE_SECURE
LANGUAGE_COOKIE_HTTPONLY = True
VAULT_COOKIE = COOKIE_PREFIX + "k"
DRAFT_COOKIE = COOKIE_PREFIX + "d"

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 63_072_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
# With `no-referrer` browsers send `Origin: null` and Django refuses every form.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = csp.POLICY
WHITENOISE_MAX_AGE = 3600
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1 if PRODUCTION else 0)

# --- languages and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- mail -------------------------------------------------------------------------------------------
EMAIL_URL = env("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    # The demonstration keeps its mail in a folder, to be looked at.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(HEARD_DATA / "mail")
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Work Support <work-support@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- background work --------------------------------------------------------------------------------
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=f"sqla+sqlite:///{HEARD_DATA / 'broker.sqlite3'}")
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = schedule.BEAT
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "visibility_timeout": 600,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        "socket_timeout": 1,
    }
    if CELERY_BROKER_URL.startswith("redis")
    else {}
)

# --- the product ------------------------------------------------------------------------------------
SERVICE_NAME = {"en": env("SERVICE_NAME_EN", default="Work Support"), "zh-hans": env("SERVICE_NAME_ZH", default="职场支持")}
EXIT_URL = {
    "en": env("EXIT_URL_EN", default="https://www.weather.com/"),
    "zh-hans": env("EXIT_URL_ZH", default="https://www.weather.com.cn/"),
}
SCHEDULER_SILENT_AFTER_SECONDS = 600
# A path, or host:port; empty means that no file is checked.
CLAMD_SOCKET = env("CLAMD_SOCKET", default="")
# Seconds that one file may wait for the scanner, all in all.
CLAMD_PATIENCE_SECONDS = env.float("CLAMD_PATIENCE_SECONDS", default=10)

# --- logs: events and request ids only, never bodies or arguments ------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"private": {"()": "config.logs.PrivateFilter"}},
    "formatters": {"line": {"()": "config.logs.LineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["private"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # WeasyPrint tells every step of every page, and fontTools every table.
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        # They come with handlers of their own, which would write what an exception says.
        "gunicorn.error": {"handlers": [], "level": "WARNING", "propagate": True},
        "celery": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
