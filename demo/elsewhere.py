"""The demonstration's training from elsewhere: sessions in a room, a course given by hand, and another learning system that reports."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from demo.people import Account
from demo.signing import SCAN
from people.models import Employee
from people.selectors import today
from policy.selectors import calendar_for
from training.models import Course
from training.services import attendance, giving, learning_systems, sessions, statements
from training.statements import COMPLETED, read
from vault.uploads import sealed_upload

ADMIN = "1010"
TRAINER, PROVIDER = "方文 Fang Wen", "启明培训中心 Qiming Training Centre"
# Who was there; one of them left early.
IN_THE_ROOM = "1002\n1007\n1013\n1014\n1015\n1021\n1024\n1029\n1030, 35"
GIVEN = ("1027", "1028", "1041")
ACTIVITY = "https://learning.qinghe.example/courses/respect-at-work"
OTHER_ACTIVITY = "https://learning.qinghe.example/courses/business-travel"
_IDS = UUID("7f0c0a52-5b7e-4c7e-9a50-6f1d7c0f9a11")


def load_training_from_elsewhere(*, accounts: dict[str, Account], now: datetime) -> None:
    """Three weeks ago a session was held; another one is planned; three people were given a course; another system reports."""
    admin = accounts[ADMIN].user
    managers, everyone = Course.objects.get(code="managers"), Course.objects.get(code="everyone")
    _sessions(managers, everyone, admin, now)
    people = Employee.objects.filter(number__in=GIVEN)
    giving.give(course=everyone, employees=people, due=today(now) + timedelta(days=10), by=admin, now=now - timedelta(days=4))
    _system(everyone, admin, now)


def _sessions(managers: Course, everyone: Course, admin, now: datetime) -> None:
    held = _details(managers, now, -21, minutes=90, least_minutes=75, place="杭州 3 楼培训室")
    session = sessions.plan(details=held, by=admin, now=now - timedelta(days=30))
    scan = sealed_upload(name="签到表.png", content_type="image/png", chunks=[SCAN])
    sessions.add_sheet(session=session, upload=scan, by=admin, now=now - timedelta(days=20))
    attendance.record_list(session=session, text=IN_THE_ROOM, by=admin, now=now - timedelta(days=20))
    planned = _details(everyone, now, 9, minutes=60, least_minutes=50, place="济南仓库会议室", topic="饭局与出差")
    sessions.plan(details=planned, by=admin, now=now - timedelta(days=2))


def _details(course: Course, now: datetime, days: int, **more) -> sessions.Details:
    at = calendar_for().moment(today(now) + timedelta(days=days)) + timedelta(hours=14)
    return sessions.Details(course=course, held_at=at, trainer=TRAINER, provider=PROVIDER, **more)


def _system(everyone: Course, admin, now: datetime) -> None:
    """Two people completed a course there; of a third nobody knows who it is, of a fourth which course."""
    system = learning_systems.add(name="清禾学堂 Qinghe Academy", by=admin, now=now - timedelta(days=12))
    learning_systems.make_token(system=system, by=admin, now=now - timedelta(days=12))
    learning_systems.map_activity(system=system, activity=ACTIVITY, course=everyone, by=admin, now=now - timedelta(days=12))
    told = [
        _said("tom.whitfield@qinghe.example", ACTIVITY, now, 9),
        _said("nina.petrova@qinghe.example", ACTIVITY, now, 6),
        _said("petrova.n@mail.example", ACTIVITY, now, 5),
        _said("fang.yi@qinghe.example", OTHER_ACTIVITY, now, 3),
    ]
    for days, each in told:
        statements.receive(system=system, statements=[read(each)], now=now - timedelta(days=days))


def _said(address: str, activity: str, now: datetime, days: int) -> tuple[int, dict]:
    said = {
        "id": str(uuid5(_IDS, address + activity)),
        "actor": {"mbox": f"mailto:{address}"},
        "verb": {"id": COMPLETED},
        "object": {"id": activity},
        "result": {"completion": True, "duration": "PT47M"},
        "timestamp": (now - timedelta(days=days, hours=1)).isoformat(),
    }
    return days, said
