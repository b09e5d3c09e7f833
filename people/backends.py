"""Signing in is allauth's; finding who is signed in is asked at every page, so its SQL is kept."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import BigIntegerField

from people.models import User
from vault.kept_queries import KeptQuery

_USER = KeptQuery(lambda user_id: User.objects.filter(pk=user_id), user_id=BigIntegerField())


class PeopleBackend(AuthenticationBackend):
    def get_user(self, user_id):
        """The account of a session; None when it is gone or closed."""
        user = _USER.first(user_id=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
