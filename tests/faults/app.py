"""The portal as gunicorn serves it, except that a request may name the step at which its process dies (header `X-Die-At`).

Every answer to such a request names the steps that were taken (`X-Steps`), so that a test knows them all.
"""

from tests.factories.processes import join_test
from tests.faults import steps

steps.install()
join_test()

from config.wsgi import application as portal  # noqa: E402 (after Django was set up)


def application(environ, start_response):
    die_at = environ.get("HTTP_X_DIE_AT")
    if die_at is None:
        return portal(environ, start_response)
    answered = []
    steps.count(int(die_at))
    try:
        body = portal(environ, lambda *args: answered.extend(args))
        steps.step("before the answer")
    finally:
        names = steps.counted()
    status, headers, *rest = answered
    start_response(status, [*headers, ("X-Steps", "|".join(names))], *rest)
    return body
