"""What the demonstration's people write to the reporter of the second report."""

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
