"""Five invented reports: answers by question, as a person would give them. No resemblance to anybody is meant.

The first is the story the product exists for: a trip, a dinner, a client, three superiors told.
"""

DINNER = {
    "lang": "zh-hans",
    "answers": {
        "1": {
            "story": "上个月十二号，组长周强让我跟他去济南见一个商家，说“必须到场，这是工作”。晚上的饭局在酒店二楼的包间，一共七个人，只有我一个女的。周强把我介绍给商家的负责人张总，说“这是特意带来陪您的”。我说不会喝，他们轮流劝，周强说不喝就是不给公司面子。喝到后来我站不稳，去走廊透气，张总跟出来，把我堵在墙边动手动脚。我推开他跑回包间，周强看到我哭，只说“张总喝多了，别扫兴”。后面的事我记得断断续续。第二天早上我自己去的派出所。"
        },
        "2": {"more": "包间里有服务员进来换过两次盘子。周强在群里发了一张合照，后来撤回了。"},
        "3": {"who": "me"},
        "4": {"when": "2026年10月12日晚上，大约七点到十一点", "still": "yes"},
        "5": {"places": ["trip", "event", "client"], "more": "济南，商家楼下酒店二楼包间"},
        "6": {"people": [{"name": "周强", "relation": "manager"}, {"name": "张总（商家负责人）", "relation": "client"}]},
        "6b": {"company": "鲁北鲜货", "owner": "周强、陶建军", "again": "下周三商家要来开会，让我做会议记录"},
        "7": {"power": ["pay", "deal", "close"]},
        "8": {"who": "罗晓知道我那天去了，第二天早上是她陪我去的派出所。"},
        "9": {"told": "yes"},
        "9b": {
            "people": [
                {"name": "陶建军（组长的领导）", "when": "10月14日", "did": "hush", "more": "他很吃惊，说他去了解一下，叫我先别跟别人说。"},
                {"name": "任晓彤（人事）", "when": "10月16日", "did": "nothing", "more": "她说会往上报，让我等消息，没有说等到什么时候。"},
                {
                    "name": "冯毅（区域负责人）",
                    "when": "10月21日",
                    "did": "worse",
                    "more": "他说现在不能开除周强。之后我的两个项目被转给了别人。",
                },
            ],
            "outside": "派出所已经立案，医院有就诊记录。",
        },
        "11": {"safe": "no"},
        "11b": {"worry": "我每天还和他坐在同一排。下周三又要见那个商家。"},
        "12": {"wishes": ["no_contact", "other_manager", "no_client", "protect_terms", "keep_records", "counselling"], "more": ""},
        "13": {"hopes": ["stop", "investigate", "consequences", "police"], "more": ""},
        "14": {"identity": "confidential"},
        "14b": {"name": "叶帆", "contact": ["site"], "details": "", "time": "晚上八点以后", "voice": "no"},
        "15": {"blocked": ["group:hr_contact"], "others": ""},
        "16": {"needs": ["woman", "companion", "chinese"], "more": ""},
    },
}

CHAT_GROUP = {
    "lang": "en",
    "answers": {
        "1": {
            "story": "Since the summer party Tom keeps replying to my posts in the campaign chat with jokes about what I "
            "wear. In September he sent me two pictures at night and then 'oops, wrong window'. I asked him to "
            "stop. He put a sad face and told the others I can't take a joke. Now people go quiet when I come "
            "into the room."
        },
        "3": {"who": "me"},
        "4": {"when": "Since July, most weeks", "still": "yes"},
        "5": {"places": ["online", "workplace"], "more": ""},
        "6": {"people": [{"name": "Tom Whitfield", "relation": "peer"}]},
        "7": {"power": ["no"]},
        "8": {"who": "Everyone in the campaign chat can see the comments."},
        "9": {"told": "no"},
        "11": {"safe": "mostly"},
        "11b": {"worry": "The team trip in December. He is organising the rooms."},
        "12": {"wishes": ["no_contact", "keep_records"], "more": ""},
        "13": {"hopes": ["stop", "apology"], "more": ""},
        "14": {"identity": "anonymous"},
        "16": {"needs": ["writing"], "more": ""},
    },
}

NIGHT_SHIFT = {
    "lang": "zh-hans",
    "answers": {
        "1": {
            "story": "我是看到的人。石磊排夜班的时候总把段佳一个人留到最后，要她去他办公室“对账”，门是关着的。上周三她出来的时候在哭。大家都知道，没有人敢说，因为班是他排的。"
        },
        "3": {"who": "saw"},
        "3b": {"know": "no"},
        "3c": {"knows": "上周三晚上十一点多，我回来拿东西看到的。", "done": "第二天我陪她一起下班，别的没做。", "manager": "no"},
        "4": {"when": "今年春天开始，差不多每周", "still": "yes"},
        "5": {"places": ["workplace"], "more": "二号仓办公室"},
        "6": {"people": [{"name": "石磊", "relation": "senior"}]},
        "7": {"power": ["shifts"]},
        "9": {"told": "no"},
        "11": {"safe": "yes"},
        "13": {"hopes": ["stop", "unsure"], "more": ""},
        "14": {"identity": "anonymous"},
    },
}

# The affected person's own English version of the first, added afterwards.
DINNER_IN_ENGLISH = (
    "This is what I wrote, in English, for whoever does not read Chinese. Last month, on the 12th, my team lead ordered "
    "me on a trip to Jinan to meet a merchant and said attending was part of the job. At dinner I was the only woman of "
    "seven. He introduced me to the merchant's director as 'brought here specially to keep you company'. They took turns "
    "making me drink. When I could hardly stand I went into the corridor; the director followed, held me against the "
    "wall and put his hands on me. I pushed him away and ran back. My team lead saw me crying and said not to spoil the "
    "evening. The next morning I went to the police by myself. Since then I have told his manager, HR and the head of "
    "the region. Everyone was shocked, nobody said what would happen or when, and he still sits in my row."
)

STOCKTAKING = {
    "lang": "zh-hans",
    "answers": {
        "1": {
            "story": "十月二十一日晚上盘点，马骏让大家先走，只留我一个人在二号库房。他站在门口不让我走，说“只差你一个”，还说我穿那件衣服好看。杜鹏过来说车到了，他才让开。之后几天他半夜给我发消息，我没有回，第二周我的晚班就多了一倍。"
        },
        "3": {"who": "me"},
        "4": {"when": "10月21日晚上九点多，之后两周", "still": "yes"},
        "5": {"places": ["workplace", "online"], "more": "二号库房"},
        "6": {"people": [{"name": "马骏", "relation": "manager"}]},
        "7": {"power": ["shifts"]},
        "8": {"who": "杜鹏看到了。"},
        "9": {"told": "no"},
        "11": {"safe": "mostly"},
        "11b": {"worry": "下个月又要盘点。"},
        "12": {"wishes": ["other_manager", "protect_terms"], "more": ""},
        "13": {"hopes": ["stop", "investigate"], "more": ""},
        "14": {"identity": "named"},
        "14b": {"name": "韩雪", "contact": ["site"], "details": "", "time": "", "voice": "no"},
        "16": {"needs": ["companion", "chinese"], "more": ""},
    },
}

TASTING = {
    "lang": "en",
    "answers": {
        "1": {
            "story": "At the tasting of the summer range Wu Di put his arm around my waist. I moved away and told him not to. "
            "He put his arm around my waist again after I had told him not to, and joked about taking me home. "
            "Grace stood at the next table and heard it. I don't want to stand next to him at the next one."
        },
        "3": {"who": "me"},
        "4": {"when": "At the tasting last week", "still": "no"},
        "5": {"places": ["workplace"], "more": "The tasting room"},
        "6": {"people": [{"name": "Wu Di", "relation": "peer"}]},
        "7": {"power": ["no"]},
        "8": {"who": "Grace Okafor, at the next table."},
        "9": {"told": "no"},
        "11": {"safe": "yes"},
        "12": {"wishes": ["no_contact"], "more": ""},
        "13": {"hopes": ["stop", "consequences"], "more": ""},
        "14": {"identity": "named"},
        "14b": {"name": "Nina Petrova", "contact": ["site"], "details": "", "time": "", "voice": "no"},
        "16": {"needs": ["writing"], "more": ""},
    },
}
