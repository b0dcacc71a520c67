"""Words that deny."""

import re

NO = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|\w*n['’]t)\b", re.IGNORECASE
)
"""Words that deny and do nothing else."""


# What may be said of a thing that is not so, in other words.
_IN_OTHER_WORDS = (
    r"(?:den(?:y|ie)|refus|reject|fail|declin|lack|unable|ban(?:s|ned)?\b|block|prevent|absen|abstain|miss|"
    r"stop|"
    r"cancel|halt|withdr|oppos|few\b|little\b|hardly|rarely|seldom|barely|zero|avoid|exclud|exempt|except|"
    r"prohibit|forbid|forbad|against|unlike|nowhere|rule[sd]? out|turn(?:s|ed)? down|yet to|far from|all but|"
    r"instead of|(?:rather|other) than)"
)


NEGATIVE = re.compile(rf"{NO.pattern}|\b{_IN_OTHER_WORDS}", re.IGNORECASE)

DENYING = re.compile(
    r"\b(?:(?:fail(?:s|ed|ing|ure)?|refus(?:e|es|ed|ing|al)|declin(?:e|es|ed|ing)|neglect(?:s|ed)?|unable|"
    r"inability|"
    r"forg[eo]t|yet) to|den(?:y|ies|ied|ying|ials?)|doubt(?:s|ed|ful)?|pretend\w*|unlikely|hardly|rarely|"
    r"seldom|"
    r"lack(?:s|ed|ing)?|far from|stop(?:s|ped)? short of|instead of|rather than|avoid(?:s|ed)? (?=\w+ing)|"
    r"disput\w*|dismiss\w*|"
    r"reject(?:s|ed|ing)? (?=(?:the |a |any |all )?(?:report|claim|suggestion|allegation|accusation|idea|"
    r"rumou?r|"
    r"notion|charge|theory|that)))\b",
    re.IGNORECASE,
)
"""Words that deny what follows them: "failed to", "denied that", "rejected reports that"."""
