"""Settings: one file, driven by the environment; a wrong value stops the start."""

import os
from pathlib import Path
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from config import broker
from config import environment as read

os.umask(0o077)  # what Plumbline writes is for no other user of the machine

BASE_DIR = Path(__file__).resolve().parent.parent

DATA_DIR = read.read(
    "PLUMBLINE_DATA",
    read.data_directory,
    str(BASE_DIR / "var"),
    "a directory of its own that Plumbline may write to",
)
HOST = read.read("HOST", str, "127.0.0.1", "an address to listen on")
PORT = read.read("PORT", read.port, "8000", "a port number from 1 to 65535")
DEMO = read.read("PLUMBLINE_DEMO", read.boolean, "1", "0 or 1")

SECRET_KEY = read.secret(DATA_DIR / "secret_key")
DEBUG = read.read("PLUMBLINE_DEBUG", read.boolean, "0", "0 or 1")
# A mailed link names the host of the request, so strangers must not choose it.
ALLOWED_HOSTS = read.read(
    "PLUMBLINE_HOSTS",
    read.host_names,
    "",
    "names such as plumbline.example, separated by commas",
)
CSRF_TRUSTED_ORIGINS = read.read(
    "PLUMBLINE_ORIGINS",
    read.origins,
    "",
    "addresses such as https://plumbline.example, separated by commas",
)
# Where it was told its names, a link names no other port either; empty for any port.
OWN_PORTS: set[str] = set()
if ALLOWED_HOSTS and "*" not in ALLOWED_HOSTS:
    OWN_PORTS = {"80", "443", str(PORT)} | read.ports(CSRF_TRUSTED_ORIGINS)
if not ALLOWED_HOSTS:
    ALLOWED_HOSTS = read.names_of(HOST)
HTTPS = read.read("PLUMBLINE_HTTPS", read.boolean, "0", "0 or 1")

INSTALLED_APPS = [
    "config.apps.PlumblineConfig",
    "common",
    "accounts",
    "standards",
    "assessments",
    "reports",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "crispy_forms",
    "crispy_bootstrap5",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.content_security_policy",
    "common.hosts.answer_probes",
    "common.hosts.refuse_foreign_hosts",
    "common.middleware.refuse_nul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "common.body_limits.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "common.middleware.SignInMiddleware",
    "common.middleware.keep_out_of_caches",
    "common.middleware.show_kept_form",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ReaderMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.note_activity",
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
                "accounts.context_processors.organization",
            ],
            "builtins": ["common.templatetags.post_forms"],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Database. SQLite takes the write lock at the start of a transaction: upgrading later
# fails at once when two processes write (with WAL alone 43 % of the writes failed).
# synchronous=FULL: "Saved" is said after the disk has the answer, also when the power
# goes. Its price, measured: 4 ms for each commit (p95 10 ms) instead of 0.03 ms.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=2000;"
    ),
}
DATABASES = {
    "default": read.read(
        "DATABASE_URL",
        read.database,
        f"sqlite:///{quote(str(DATA_DIR / 'plumbline.sqlite3'))}",
        "a postgres:// address, or sqlite://// and the whole path of a file",
    )
    # Asked once for each request: a restart of PostgreSQL leaves dead connections.
    | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:  # a server that is gone should be noticed before the browser gives up
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        **DATABASES["default"].get("OPTIONS", {}),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People and sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.MainAddressBackend",
    "django.contrib.auth.backends.ModelBackend",  # asked for rights only
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation."
        "UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "MinimumLengthValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ),
    {"NAME": "accounts.validators.PersonalWordsValidator"},
    {"NAME": "accounts.validators.CommonPatternValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignUpForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
}
# Signing up by oneself; invited people always can.
SIGNUP = read.read("PLUMBLINE_SIGNUP", read.boolean, "1", "0 or 1")
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before an address changes
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of changed passwords and addresses
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that signed up
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.tokens.ResetTokenGenerator"  # noqa: S105
ACCOUNT_RATE_LIMITS = {
    "reset_password": "10/m/ip,60/h/ip,5/m/key",
    "login_failed_known_browser": "5/300s/key",
    "confirm_email": None,  # the limits of all mail hold; see MAILS_MAX_PER_HOUR
    "keep_form": "20/5m/ip",  # forms kept over a sign-in, whose writer is not known
}
BROWSER_COOKIE_NAME = "__Host-browser" if HTTPS else "browser"
ACCOUNT_LOGOUT_ON_GET = False
# A session ends with the browser, or after 14 days when the person ticked the box.
ACCOUNT_SESSION_REMEMBER = None
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Plumbline"
MFA_TOTP_TOLERANCE = 1  # of 30 seconds: clocks differ, and people type slowly
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "common.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz$"]  # asked directly, not through the proxy
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = read.read(
    "PLUMBLINE_HSTS_SUBDOMAINS", read.boolean, "0", "0 or 1"
)
if HTTPS:
    # Browsers take cookies of such a name from this very host only.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # whose X-Forwarded-For names the reader's address
X_FRAME_OPTIONS = "DENY"
# Attempts to sign in are counted here, by all processes of the web server together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    }
}

# Mail: files under the data directory until EMAIL_URL names a server.
vars().update(
    read.read(
        "EMAIL_URL",
        read.email,
        f"filemail:///{quote(str(DATA_DIR / 'mail'))}",
        "an address such as smtp://user:password@host:587",
    )
)
DEFAULT_FROM_EMAIL = read.read(
    "PLUMBLINE_FROM",
    read.sender,
    "Plumbline <plumbline@localhost>",
    "a sender such as Plumbline <plumbline@plumbline.example>",
)
# With files nobody can prove a mailbox by mail, and nobody else is there to be misled:
# people start at once. With a server an address counts only when it is confirmed.
MAIL_IS_SENT = not str(vars()["EMAIL_BACKEND"]).endswith(".filebased.EmailBackend")
MAIL_FOLDER = "" if MAIL_IS_SENT else str(vars()["EMAIL_FILE_PATH"])
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if MAIL_IS_SENT else "optional"
# So that nobody mails the world in our name: of each organization, of each person in
# all of theirs, of this installation, and to one address.
INVITATIONS_MAX_OPEN = 200
INVITATIONS_MAX_PER_HOUR = 100
INVITATIONS_MAX_PER_PERSON = read.read(
    "PLUMBLINE_INVITATIONS_PER_PERSON", read.count, "100", "a number, in an hour"
)
INVITATIONS_MAX_OF_ALL = read.read(
    "PLUMBLINE_INVITATIONS_PER_HOUR", read.count, "400", "a number, in an hour"
)
MAILS_MAX_PER_RECEIVER = 10
MAILS_MAX_PER_RECEIVER_OF_ONE_PERSON = 5
MAILS_MAX_PER_PERSON = read.read(
    "PLUMBLINE_MAILS_PER_PERSON", read.count, "150", "a number, in an hour"
)
MAILS_MAX_PER_HOUR = read.read(
    "PLUMBLINE_MAILS_PER_HOUR", read.count, "1000", "a number, in an hour"
)

# Evidence files: the most that those of one organization may take together.
QUOTA = read.read("PLUMBLINE_QUOTA", read.count, "10000", "a number of megabytes")

# Languages and time: stored in UTC, shown in the organization's zone.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "UTC"
USE_TZ = True

# Files
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "common.finders.NpmFinder",
]
NODE_MODULES = BASE_DIR / "node_modules"
VENDOR_FILES = {
    "vendor/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    "vendor/bootstrap-icons.min.css": "bootstrap-icons/font/bootstrap-icons.min.css",
    "vendor/inter.css": "@fontsource-variable/inter/index.css",
}
VENDOR_FOLDERS = {
    "vendor/files": "@fontsource-variable/inter/files",
    "vendor/fonts": "bootstrap-icons/font/fonts",
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "woff", "woff2", "png", "gz", "br")
# Never served by a web server: evidence and reports go through authorised views.
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# /healthz calls the disk of the data directory failing when it has less room.
DISK_MIN_FREE_BYTES = 200 * 1024 * 1024
EVIDENCE_MAX_BYTES = 25 * 1024 * 1024
# Of a whole request, by its Content-Length. Files of anonymous people go nowhere.
BODY_MAX_BYTES_WITH_FILES = 30 * 1024 * 1024
BODY_MAX_BYTES = 10 * 1024 * 1024
BODY_MAX_BYTES_ANONYMOUS = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
LIBRARY_DIR = BASE_DIR / "standards" / "library"

# Jobs: state lives in our own tables; the broker only wakes the worker.
CELERY_BROKER_URL = read.read(
    "CELERY_BROKER_URL",
    read.broker_url,
    f"redis+socket://{quote(str(broker.socket_path(DATA_DIR)))}",
    "a redis:// address",
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_EAGER_RESULT = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "clear-sessions": {
        "task": "accounts.tasks.clear_sessions",
        "schedule": 60 * 60,
        "options": {"expires": 60 * 60},
    },
    "revive-reports": {
        "task": "reports.tasks.revive_reports",
        "schedule": 5,
        "options": {"expires": 5},
    },
    "beat": {
        "task": "common.tasks.heartbeat",
        "schedule": 5,
        "options": {"expires": 5},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "common.records.Formatter",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"mask": {"()": "common.masking.MaskLinks"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["mask"],
        }
    },
    # Who signed in, and who could not.
    "loggers": {"accounts.security": {"level": "INFO"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
# W005, W021: what else runs in the domain, and whether by HTTPS, is not ours to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if not HTTPS:
    SILENCED_SYSTEM_CHECKS += [
        f"security.W{number}" for number in ("004", "008", "012", "016")
    ]
