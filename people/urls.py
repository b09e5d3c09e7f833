"""Account pages (/a/), the vault passphrase, and the directory."""

from django.urls import include, path

from people.views import directory, passphrase

urlpatterns = [
    path("a/", include("people.urls_account")),
    path("unlock/", passphrase.unlock, name="unlock"),
    path("lock/", passphrase.lock, name="lock"),
    path("vault/start/", passphrase.start, name="vault_start"),
    path("vault/change/", passphrase.change, name="vault_change"),
    path("vault/forgot/", passphrase.forgot, name="vault_forgot"),
    path("w/directory/", directory.directory, name="directory"),
    path("w/directory/<uuid:upload_id>/", directory.check, name="directory_check"),
]
