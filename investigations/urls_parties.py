"""Respondents and witnesses of a case, included below /c/<reference>/."""

from django.urls import path

from investigations.views import parties

urlpatterns = [
    path("parties/", parties.party_list, name="parties"),
    path("parties/add/", parties.add_party, name="add_party"),
    path("parties/<int:number>/", parties.party, name="party"),
    path("parties/<int:number>/invite/", parties.invite, name="invite_party"),
    path("parties/<int:number>/revoke/", parties.revoke, name="revoke_party"),
    path("parties/<int:number>/serve/", parties.serve, name="serve_party"),
    path("parties/<int:number>/write/", parties.write, name="write_party"),
    path("parties/<int:number>/file/<uuid:document_id>/<int:file_number>/", parties.party_file, name="party_file"),
]
