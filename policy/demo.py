"""The demonstration employer's policy: the China profile, with the numbers, people and channels an employer fills in."""

from dataclasses import replace
from datetime import date, datetime
from functools import partial

from people.models import User
from people.selectors import organisation
from policy.calendars import WorkCalendar
from policy.limits import Span
from policy.models import PolicyVersion, SiteCalendar
from policy.parts import (
    Adoption,
    BodyPart,
    ChannelPart,
    Content,
    LimitPart,
    Member,
    RetentionRule,
    Review,
    Schedule,
    Source,
    SupportPart,
    TrainingRule,
)
from policy.records import Text
from policy.selectors import ORGANISATION_KEY, content_of
from policy.services import (
    approve,
    create_from_profile,
    publish,
    save_content,
    seed_calendar,
    submit,
)
from policy.services.versions import confirm, set_number

PROFILE = "cn-model-2023"

# What this employer promises, by limit.
NUMBERS = {
    "open": (1, "working_day"),
    "open_unsafe": (4, "working_hour"),
    "open_ahead": (1, "working_day"),
    "acknowledge": (2, "working_day"),
    "safety_answer": (2, "working_day"),
    "protection_answer": (2, "working_day"),
    "plan": (5, "working_day"),
    "update": (10, "working_day"),
    "investigate": (45, "calendar_day"),
    "decide": (5, "working_day"),
    "review_window": (15, "working_day"),
    "review_answer": (15, "working_day"),
    "respondent_review_answer": (15, "working_day"),
    "message_answer": (5, "working_day"),
    "escalation_answer": (3, "working_day"),
    "retaliation_answer": (1, "working_day"),
    "exclusion_confirm": (1, "working_day"),
    "withdrawal_answer": (3, "working_day"),
    "manager_duty": (1, "working_day"),
    "measure_review": (0, "calendar_day"),
    "implement": (10, "calendar_day"),
    "accept": (1, "working_day"),
    "objection_answer": (3, "working_day"),
    "respondent_reply": (5, "working_day"),
    "comments_window": (5, "working_day"),
    "aftercare_1": (1, "month"),
    "aftercare_3": (3, "month"),
    "aftercare_6": (6, "month"),
}

# The outside clocks, in words for the person who needs them.
OUTSIDE_PROMISES = {
    "civil_claim": Text(
        "A claim in court: within {number} of the day you knew of the harm and who caused it.",
        "向法院起诉：自知道受到损害以及由谁造成之日起{number}内。",
    ),
    "labour_arbitration": Text(
        "Labour arbitration, for example about a dismissal: within {number} of the day you knew your rights were harmed.",
        "申请劳动仲裁（例如不服解除合同）：自知道权利受到侵害之日起{number}内。",
    ),
}


def publish_demo_policy(*, now: datetime, by: User, approver: User) -> PolicyVersion:
    """Write, approve and publish the demonstration policy, in force from `now`. Seeds the calendar where there is none.

    `by` writes it, `approver` (somebody else) approves it.
    """
    today = WorkCalendar(zone_name=organisation().time_zone).local_date(now)
    _calendar(by=by, now=now, year=today.year)
    version = create_from_profile(profile_id=PROFILE, by=by, now=now)
    content = demo_content(content_of(version), today=today, by=by, now=now)
    version = save_content(version=version, content=content, row_version=version.row_version, by=by, now=now)
    version = submit(version=version, by=by, now=now)
    version = approve(version=version, by=approver, now=now)
    return publish(version=version, effective_date=today, by=approver, now=now)


def demo_content(start: Content, *, today: date, by: User, now: datetime) -> Content:
    """The profile's draft with everything filled in; each fact from general knowledge confirmed by `by`."""
    sure = partial(confirm, by=by, now=now)
    return replace(
        start,
        limits=tuple(sure(_limit(limit)) for limit in start.limits),
        sanctions=_schedule(start.sanctions, sure),
        channels=_channels(),
        body=_body(),
        support=tuple(sure(each) for each in _support(today)),
        training=tuple(sure(each) for each in (*start.training, *_training())),
        retention=tuple(sure(each) for each in (*start.retention, *_retention())),
        facts=tuple(sure(each) for each in start.facts),
        review=Review(_a_year_later(today), Text("The union and the employee representatives", "工会和职工代表")),
        adoption=Adoption(Text("Workers’ congress, settled with the union", "职工代表大会讨论，与工会协商确定"), today),
    )


def _calendar(*, by: User, now: datetime, year: int) -> None:
    if SiteCalendar.objects.filter(key=ORGANISATION_KEY).exists():
        return
    org = organisation()
    country = org.site.country if org.site else "CN"
    seed_calendar(country=country, time_zone=org.time_zone, years=(year - 1, year, year + 1), by=by, now=now)


def _limit(limit: LimitPart) -> LimitPart:
    if limit.id in OUTSIDE_PROMISES:
        limit = replace(limit, promise=OUTSIDE_PROMISES[limit.id])
    return set_number(limit, *NUMBERS[limit.id]) if limit.id in NUMBERS else limit


def _schedule(schedule: Schedule, sure) -> Schedule:
    return replace(schedule, measures=tuple(sure(each) for each in schedule.measures))


def _a_year_later(day: date) -> date:
    return date(day.year + 1, day.month, min(day.day, 28))


def _channels() -> tuple[ChannelPart, ...]:
    weekdays = Text("Monday to Friday, 9:00 to 18:00", "周一至周五 9:00–18:00")
    both = ("en", "zh-hans")
    return (
        ChannelPart(
            "web",
            Text("This site", "本网站"),
            hours=Text("Day and night", "全天"),
            languages=both,
            holder=Text("The case team", "处理小组"),
            note=Text("No sign-in, no name needed. You get a code.", "不用登录，不必留姓名，可得到查询码。"),
        ),
        ChannelPart(
            "hotline",
            Text("Hotline", "热线"),
            "400-000-0188",
            weekdays,
            both,
            Text("Lin Mei or He Tao, case team", "林梅、何涛（处理小组）"),
            Text("Outside these hours, use this site or call 110 in danger.", "其他时间请使用本网站；有危险请拨打 110。"),
        ),
        ChannelPart(
            "email",
            Text("E-mail", "电子邮件"),
            "heard@example.com",
            Text("Read on working days", "工作日查看"),
            both,
            Text("The case team", "处理小组"),
            Text("Please use a private address, not your work mail.", "请使用个人邮箱，不要用工作邮箱。"),
        ),
        ChannelPart(
            "mailbox",
            Text("Grey mailbox by the lift, ground floor", "一楼电梯旁灰色信箱"),
            hours=Text("Emptied every working day", "每个工作日开箱"),
            holder=Text("The case team", "处理小组"),
        ),
        ChannelPart(
            "person",
            Text("Shen Yu, somebody to talk to", "沈雨（可以先聊聊）"),
            "0571-0000-0142",
            weekdays,
            both,
            Text("Support contact; outside human resources", "支持联络人，不属于人力资源部门"),
            Text("Talking does not start a case. You decide.", "聊聊不等于立案，由您决定。"),
        ),
    )


def _body() -> BodyPart:
    return BodyPart(
        name=Text("The case team and oversight", "处理小组与监督人"),
        members=(
            Member(Text("Intake officers", "受理人员"), Text("Lin Mei, He Tao", "林梅、何涛")),
            Member(Text("Investigators", "调查人员"), Text("Xu Ning, Fang Yi", "徐宁、方怡")),
            Member(Text("Decision-maker", "决定人"), Text("Deng Rui", "邓蕊")),
            Member(
                Text("Oversight, named by the union", "监督人（由工会推选）"),
                Text("Song An, outside lawyer", "宋安（外部律师）"),
                outside=True,
            ),
        ),
        women_share_percent=50,
        external_member=True,
        term_years=3,
        quorum=3,
        note=Text("At least half of the team are women.", "小组成员中女性不少于一半。"),
        source=Source("S-CN-MODEL-A Art 6", "found"),
    )


def _support(today: date) -> tuple[SupportPart, ...]:
    known = Source("公共服务号码 / public service number", "knowledge")
    always, office = Text("Day and night", "全天"), Text("Office hours", "工作时间")
    talk = Text("Somebody to talk to, free of charge.", "免费倾诉和心理支持。")

    def line(kind: str, name: Text, phone: str, note: Text, hours: Text = always, **more) -> SupportPart:
        return SupportPart(kind, name, phone, hours, note, confirmed_on=today, **({"source": known} | more))

    return (
        line("police", Text("Police", "报警"), "110", Text("If you are in danger now.", "现在有危险时。"), emergency=True),
        line("doctor", Text("Ambulance", "急救"), "120", Text("If you are hurt or unwell.", "受伤或身体不适时。"), emergency=True),
        line(
            "womens_federation",
            Text("Women’s rights line", "妇女维权服务热线"),
            "12338",
            Text("Advice and help from the women’s federation.", "妇联提供咨询和帮助。"),
            source=Source("S-CN-WRPL Art 73", "found"),
        ),
        line("legal_aid", Text("Legal aid", "公共法律服务热线"), "12348", Text("Free legal advice.", "免费法律咨询。")),
        line("union", Text("Trade union line", "工会服务热线"), "12351", Text("Your rights at work.", "职工维权。"), office),
        line(
            "labour_authority",
            Text("Labour authority", "人力资源和社会保障服务热线"),
            "12333",
            Text("Labour inspection and arbitration.", "劳动监察与仲裁。"),
            office,
        ),
        line("counselling", Text("Psychological support", "心理援助热线"), "12356", talk),
        line(
            "counselling",
            Text("Counselling paid by us", "单位付费的心理咨询"),
            "0571-0000-0177",
            Text("Outside practice; we never learn who calls.", "外部机构，单位不会知道是谁来电。"),
            Text("Monday to Saturday, 9:00 to 20:00", "周一至周六 9:00–20:00"),
            source=Source(),
        ),
    )


def _training() -> tuple[TrainingRule, ...]:
    yearly = Span(1, "year")
    return (
        TrainingRule("all", Text("Everybody", "全体员工"), 30, Span(1, "month"), "employment_started", yearly),
        TrainingRule("managers", Text("Everybody who leads people", "管理人员"), 60, Span(1, "month"), "role_assumed", yearly),
        TrainingRule("handlers", Text("Whoever handles reports", "处理人员"), 240, Span(0, "calendar_day"), "role_assumed", yearly),
    )


def _retention() -> tuple[RetentionRule, ...]:
    least, most = Span(3, "year"), Span(5, "year")
    return (
        RetentionRule("complaint", Text("Reports and what belongs to them", "反映及相关材料"), least, most, "case_closed"),
        RetentionRule("training", Text("Training records", "培训记录"), least, most, "training_completed"),
    )
