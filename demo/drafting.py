"""The demonstration's next version of the policy, in review: what a second reader is asked to look at, with something still to confirm.
And the sheets on the walls, one of which nobody has looked at for too long.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from demo.people import Account
from people.models import Site
from people.selectors import today
from policy.editing import NEW, Words, fingerprint, item_of
from policy.models import PolicyVersion
from policy.parts import Content, Source, SupportPart
from policy.records import Text
from policy.selectors import content_of
from policy.services import editing, posters, revise, submit
from policy.services.versions import set_number

AUTHOR, READER = "1008", "1009"
CHANGES = Text(
    "Being told how it will be looked into takes three working days instead of five. What counts as pressure to drink is said more plainly."
    " A line for apprentices was added.",
    "告知如何处理的期限由五个工作日缩短为三个工作日；对劝酒施压的说明更清楚；新增面向实习生的热线。",
)
# The number is known to many and stands in no source we read: somebody has to ring it up and confirm it.
NEW_LINE = SupportPart(
    "counselling",
    Text("Line for young people", "青少年服务台"),
    "12355",
    Text("Office hours", "工作时间"),
    Text("For apprentices and trainees: advice and somebody to talk to.", "实习生、见习生可咨询和倾诉。"),
    source=Source("公共服务号码 / public service number", "knowledge"),
)
ADDED = Text(
    "\n\nNobody has to drink at a work occasion. Filling a glass again after a “no”, or making the next order depend on it, is pressure.",
    "\n\n工作场合没有人必须喝酒。对方说了“不”还继续倒酒，或者拿下一张订单说事，都是施压。",
)
COMMENTS = (
    (
        "limits",
        "plan",
        "Three days is right, but can the team keep it in the weeks before the new year? 年底前几周处理小组能做到三天吗？",
        False,
    ),
    ("sections", "examples", "好，比原来具体。客户宴请以外，团建聚餐也适用吧？", False),
    ("words", "all", "The summary of changes should name the new line too. 变更说明里也要写上新热线。", True),
)
# Where, which site, format, language of the sheet, days since somebody looked, days between two looks.
WALLS = (
    ("一楼食堂入口 / canteen entrance", "hangzhou", "a3", "both", 20, 90),
    ("更衣室 / changing room", "hangzhou", "a4", "zh-hans", 20, 90),
    ("3 号仓库打卡处 / time clock, store 3", "jinan", "a4", "both", 50, 45),
    ("前台资料架 / front desk", "shanghai", "dl", "both", 12, 60),
)


def load_draft(*, version: PolicyVersion, accounts: dict[str, Account], now: datetime) -> PolicyVersion:
    """Begin the version after `version`, change four things, hand it to a second reader, who says something."""
    author, reader = accounts[AUTHOR].user, accounts[READER].user
    began = now - timedelta(days=6)
    draft = revise(version=version, by=author, now=began)
    for minutes, (part, key, item) in enumerate(_edits(content_of(draft)), 1):
        seen = fingerprint(item_of(content_of(draft), part, key))
        draft = editing.save_item(
            version=draft, part=part, key=key, item=item, seen=seen, by=author, now=began + timedelta(minutes=20 * minutes)
        )
    draft = submit(version=draft, by=author, now=now - timedelta(days=3))
    for hours, (part, key, words, settled) in enumerate(COMMENTS):
        at = now - timedelta(days=2, hours=-hours)
        said = editing.comment(version=draft, part=part, key=key, words=words, by=reader, now=at)
        if settled:
            editing.settle_comment(version=draft, comment_id=said.pk, by=author, now=now - timedelta(days=1))
    return draft


def _edits(content: Content) -> list[tuple[str, str, object]]:
    words = item_of(content, "words", "")
    section = item_of(content, "sections", "examples")
    body = section.body.map(lambda said, language: said + ADDED.in_language(language))
    return [
        ("limits", "plan", set_number(item_of(content, "limits", "plan"), 3, "working_day")),
        ("sections", "examples", replace(section, body=body)),
        ("support", NEW, NEW_LINE),
        ("words", "all", Words(words.title, words.summary, CHANGES)),
    ]


def load_walls(*, version: PolicyVersion, accounts: dict[str, Account], now: datetime) -> None:
    """Note where sheets of `version` hang."""
    for place, site, kind, tongue, days_ago, every in WALLS:
        hung = now - timedelta(days=days_ago)
        day = today(hung)
        posters.hang(
            version=version,
            kind=kind,
            tongue=tongue,
            place=place,
            site=Site.objects.get(code=site),
            check_by=day + timedelta(days=every),
            today=day,
            by=accounts[AUTHOR].user,
            now=hung,
        )
