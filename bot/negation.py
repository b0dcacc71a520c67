"""Words that deny."""

import re

_NO = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|\w*n['’]t)\b", re.IGNORECASE
)


# What may be said of a thing that is not so, in other words.
_IN_OTHER_WORDS = (
    r"(?:den(?:y|ie)|refus|reject|fail|declin|lack|unable|ban(?:s|ned)?\b|block|prevent|absen|abstain|miss|stop|"
    r"cancel|halt|withdr|oppos|few\b|little\b|hardly|rarely|seldom|barely|zero|avoid|exclud|exempt|except|"
    r"prohibit|forbid|forbad|against|unlike|nowhere|rule[sd]? out|turn(?:s|ed)? down|yet to|far from|all but|"
    r"instead of|(?:rather|other) than)"
)


NEGATIVE = re.compile(rf"{_NO.pattern}|\b{_IN_OTHER_WORDS}", re.IGNORECASE)
