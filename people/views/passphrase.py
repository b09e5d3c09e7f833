from django.http import Http404


def unlock(request):
    raise Http404


def lock(request):
    raise Http404


def start(request):
    raise Http404


def change(request):
    raise Http404


def forgot(request):
    raise Http404
