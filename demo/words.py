"""What the demonstration's people write: to the reporter of the second report, and about a course."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Triage:
    """What an officer writes on the first day: about safety, what is done to protect, and that it has arrived."""

    safety: str
    measure: str
    acknowledge: str
    # After how many days what was done to protect is looked at again.
    review_days: int = 30


SAFETY = (
    "Thank you for telling us, and for saying that you are worried about the trip in December. You don't have to share a room or a car with "
    "the person you named, and somebody else will do the room list. If anything happens before then, write here or call the numbers on the help page."
)
MEASURE = (
    "Somebody else plans the rooms for the December trip. He has been told not to write to you privately; the reason was not given to him."
)
ACKNOWLEDGE = "We have read what you wrote. By the date below we will tell you how we look into it and who does."
FIRST_DAY = Triage(SAFETY, MEASURE, ACKNOWLEDGE)
PLAN = (
    "This is being looked into formally. First we secure the messages of the campaign chat, so that nothing can be deleted. Then we talk to people "
    "one by one, never two sides on the same day. We tell you before we speak to anybody you named."
)
QUESTION = "Do you still have the two pictures, or the notification with the time on it? Please don't look for them if that is hard."
ANSWER = "I deleted the pictures but the notification with the time is on my old phone. I can bring the phone."
UPDATE = "The chat messages are secured. Two of four conversations have taken place. Nobody was told who reported this."
# An employee asks the expert of a course.
LEARNER_ASKED = "课里说朋友聚餐也可能算工作场合。那部门同事周末自己约的火锅，没有领导，也没有客户，算不算？"
EXPERT_ANSWERED = (
    "只看一点：您去不去，会不会影响工作上的事。纯属私人、谁都可以不来，那是私事；可如果在席上发生的事会跟着大家回到办公室，"
    "比如第二天有人被孤立、被调班，那就和工作有关，照样可以报告。拿不准的时候先说出来，由专员判断，不会有人怪您。"
)
LEARNER_ASKS = "如果客户在微信上深夜一直发消息，又没有什么过分的话，我可以直接不回吗？主管说客户最大。"
