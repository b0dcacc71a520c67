"""How to read the figures: at length in the report, in short in the command's help."""

# Every line a paragraph: the command line wraps them to its window.
HELP = "\n\n".join(
    [
        "Measure search, answers, citations and abstention with questions whose answers you know.",
        'Each line of FILE has a "question" and at least one of "gold_articles" (ids, as `articles list` '
        'shows them), "answers" (any of them counts) and "unanswerable": true; optionally "id", "kind", '
        '"since", "until", "source" and "now" (or "asked"). Lines that cannot be used are named, the '
        "others measured. Options such as --since hold for every line that does not say otherwise.",
        "How to read it. Retrieval: whether a gold article is found, and how high. Answers: whether a "
        "gold string stands in what is shown, as whole words; the same in other words counts as wrong, so "
        "read the worst cases in the report before you judge. Citations: verbatim must be 1. Abstention: "
        "how many answerable questions are answered and unanswerable ones refused. AUROC says how well "
        "scores tell the two apart (0.5 is chance); calibration error and Brier score (less is better) "
        "whether a score is the probability that the articles answer, which depends on the file's share "
        "of unanswerable questions.",
        "The table says what each threshold would do; choose yours from it. Right is counted among the "
        "answerable questions that got an answer.",
        "Intervals are 95 %: Wilson's for shares, by bootstrap for the rest. --compare pairs each question "
        "with itself in the earlier run, each judged by its own threshold; p below 0.05 is called better or "
        "worse. Of twenty measures that did not change, about one will be.",
        "Exit code 1: a line could not be used, or something got significantly worse.",
    ]
)

GUIDE = (
    "Retrieval says whether a gold article is found, and how high: hit@1 is what a reader of one result "
    "gets, hit@10 what any writer could get at. Where hit@10 is low, look at how articles were ingested, "
    "not at answers.",
    "Answers say whether a gold string stands in the sentences shown, as whole words, without regard to "
    "case, accents, punctuation and articles. Other words for the same count as wrong, so read the worst "
    "cases before you judge. The gold answer in the passages is the most that can be reached with what "
    "was found.",
    "Citations must be verbatim in every case. A gold article cited less often than the gold answer shown "
    "means that other articles say the same.",
    "Abstention weighs answering against refusing. The score is meant as the probability that the "
    "articles answer the question: AUROC says whether answerable questions score above unanswerable ones "
    "(0.5 is chance), calibration error and Brier score whether 0.8 means eight in ten. Both depend on "
    "how many unanswerable questions the file holds: mix them as your readers do. Choose a threshold from "
    "the table.",
    "The interval says how far a figure may move with other questions of the same sort (95 %; Wilson's "
    "for shares, else the percentile bootstrap with 1,000 resamples). Intervals are wide below a hundred "
    "questions.",
    "A comparison pairs each question with itself in the earlier run. Gains and losses are questions; p "
    "is the chance of such a difference if nothing had changed (exact McNemar test, or a paired "
    "randomisation test for what is not yes or no). Below 0.05 it is called better or worse, and worse "
    "ends the command with exit code 1. Of twenty measures that did not change, about one will seem to.",
)
