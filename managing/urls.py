"""Pages of administrators (/m/)."""

from django.urls import path

from managing.views import home, log, people, site

app_name = "managing"

urlpatterns = [
    path("", home.home, name="home"),
    path("people/", people.listing, name="people"),
    path("people/<int:user_id>/", people.person, name="person"),
    path("people/<int:user_id>/account/", people.account, name="account"),
    path("settings/", site.settings_page, name="settings"),
    path("settings/mail/", site.test_mail, name="test_mail"),
    path("log/", log.listing, name="log"),
]
