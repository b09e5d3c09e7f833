"""What is written and said in the demonstration's decided report about the tasting."""

from demo.words import Triage

FIRST_DAY = Triage(
    safety="Thank you for writing. You don’t have to be at tastings with him any more; somebody else takes his place from today. Write here or call at any time.",
    measure="He takes no part in tastings until this is decided. Your own hours and pay stay as they are.",
    acknowledge="I have read all of it. By the date below we tell you how we look into it and who does.",
    review_days=120,
)
WAY = "This is being looked into formally. We talk to the people who were at the tasting one by one, and tell you before we speak to him."
AIMS = "What was said and done at the tasting of the summer range, and whether it had happened before."
QUESTIONS = ("Who stood where when it happened?", "Had anybody asked him to stop before?")
WEIGH = "Both questions are answered in what was said; they are closed with the findings."
PUT_TO = (
    "It was reported that at the tasting you put your arm around a colleague’s waist twice, after being told not to, and made a remark about "
    "taking her home. Nothing has been decided. Please say by the date below how it was, and who or what can show it."
)
PROOF = "Handed over in person, receipt signed."
ASKED = "Please tell us what you saw and heard at the tasting. It is fine not to remember everything, and please keep this to yourself."
WITNESS_ANSWER = "I stood at the next table. She moved away from him twice. The second time she said “don’t” so that all of us heard it."
RESPONDENT_ANSWER = "I meant nothing by it. I did put an arm around her and I did joke. I didn’t hear her say no."
PLACE, PRESENT = "Meeting room 2, Shanghai", "Xu Ning and the person heard"
WITNESS_SAID = "She was at the next table, about two metres away. He put his arm around her colleague twice. The second time she heard “don’t”, loudly."
RESPONDENT_SAID = (
    "He says it was a joke and that he was in high spirits. He agrees that he touched her twice. He is sorry that it was unwelcome."
)
LIST = "Tasting, summer range\n15:00 set up\n16:00 guests\nTable 4: W. Di, N. Petrova\nTable 5: G. Okafor\n"
LIST_WORDS = {"name": "Seating of the tasting", "given_by": "Grace Okafor", "method": "sent by mail", "about": "Who stood at which table"}
QUOTED = "He put his arm around my waist again after I had told him not to"
ALLEGATION = {
    "text": "It is said that he put his arm around a colleague’s waist twice, the second time after she had told him not to.",
    "when": "at the tasting of the summer range",
    "where": "the tasting room",
    "sources": [QUOTED],
    "conduct": "touch",
    "gravity": "serious",
    "repeat": False,
    "kind": "",
}
BEARS = ("She saw both times.", "He agrees that he touched her twice.", "Shows who stood nearby.")
FINDING = {
    "result": "substantiated",
    "for": "Both people heard agree on what was done; the seating shows that the witness could see it.",
    "against": "He says that he did not hear her.",
    "weight": "Whether he heard her changes little: it was unwelcome both times.",
    "reasons": "It is more likely than not that he touched her twice, the second time after she had said no.",
    "recommendation": "Tastings need somebody who looks after them.",
}
SHOWN = "This is what we found, before it is final. You can say what is missing or wrong until the date on your page.\n\n"
REPORTER_COMMENT = "It is right as it stands. I would like it to be said that I told him no out loud."
RESPONDENT_COMMENT = "I accept it. I did not hear her, but I should have asked."
WORDS = {
    "heard": "She does not want him dismissed. She wants it to stop, and not to work the same tastings.",
    "outcome": "What was reported is established. He receives a final warning and takes no part in tastings with her.",
    "reasons": "He touched her twice, the second time after she had said no. He agrees and has apologised; nothing earlier is known.",
    "now": "A final warning, separate tastings, and somebody who looks after each of them.",
    "not_told": "What stands in his personnel file stays between him and the company.",
    "not_heard_why": "",
}
SEPARATION = "Separate tastings for a year; changes are made on his side."
PREVENTION = "Each tasting has somebody who looks after it and is named on the list."
LETTER = {
    "answer": "We found that it happened as you said, and we have decided what follows.",
    "now": "He has been given a final warning. You are not put on the same tastings. Each tasting has somebody to turn to.",
    "not_told": "We can’t tell you what stands in his personnel file, because that is about him alone.",
    "support": "Counselling stays open to you, paid by the company, for as long as you want it.",
}
LETTER_TO_RESPONDENT = (
    "It was established that you put your arm around a colleague’s waist twice, the second time after she had said no. You receive a final "
    "warning and take no part in tastings with her for a year. You can ask for a review until the date on your page. Any step against "
    "somebody because of this report would be punished for itself."
)
PROOFS = ("Letter handed over and signed, copy in the personnel file.", "Tastings until next summer planned apart.", "Names on every list.")
UPDATE = "Both talks took place. Nobody was told who reported this. We write down what we found next."
WATCHED = "Annual appraisal: same mark as last year."
EXPLAINED = "Given by another manager, who knows nothing of this."
CHECK = {"stopped": "yes", "punished": "no", "needs": "", "text": "It is quiet now. People ask me about it less."}
CHECK_ASKED = "A month has passed. Three short questions are on your page; you can leave out what you like."
