"""Where other learning systems send statements (/xapi/). Addresses of the standard: no slash at the end."""

from django.urls import path

from training.views import xapi

app_name = "xapi"

urlpatterns = [path("statements", xapi.resource, name="statements")]
