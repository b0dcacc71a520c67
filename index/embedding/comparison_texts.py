"""Texts on which a fast encoder is compared with the model that it was made from, written for this.

They differ in length, subject and form, and some are near each other: what is alike must stay alike, and in
the same order.
"""

TEXTS = (
    "Harbour master resigns\nThe harbour master of Tarn Quay resigned on Monday, three weeks after a ferry "
    "ran aground outside the breakwater. Two passengers were treated for bruises; the vessel was towed in "
    "on the next tide.",
    "Ferry runs aground\nA car ferry with 212 people on board ran aground near Tarn Quay on 4 February. The "
    "coastguard said that nobody was seriously hurt, and that the fog signal had not been working.",
    "The council voted nine to three to lend the harbour £2.4 million. Councillor Dunmore, who voted "
    "against, said that the town could not afford it.",
    "A bakery on Mill Lane has won the county's prize for rye bread for the second year running.",
    "Rye bread\nMix 500 g of rye flour with 400 ml of warm water and a spoon of salt. Let the dough rest "
    "overnight under a cloth. Bake it at 220 °C for an hour, and wait a day before you cut it.",
    "Interest rates rise again: the central bank put its main rate up by a quarter of a point to 3.75 per "
    "cent, the sixth rise in a row, and said that prices were still growing too fast.",
    "Inflation fell to 4.1 per cent in March from 4.6 in February, as energy became cheaper. Economists had "
    "expected 4.3.",
    "The striker, who scored twice in the final, will be out for the rest of the season with a torn knee "
    "ligament, her club confirmed.",
    "United lost the final 3-2 after extra time. The winning goal came from a free kick in the 118th minute.",
    "To reset your password, choose “Forgot password” on the sign-in page. The link in the message works for "
    "thirty minutes and only once.",
    "Refunds are paid to the card that was charged, within ten working days of your request.",
    "Astronomers have found water vapour in the air of a planet 124 light years away, by watching starlight "
    "pass through it over eight orbits of the telescope. The planet is too hot for oceans: its day side is "
    "at about 600 degrees. What the team wants to know next is whether there is methane too, since the two "
    "together would say how such worlds form. Time on the telescope has been granted for the autumn.",
    "Wahlbeteiligung steigt auf 74 Prozent, teilte die Wahlleiterin am Sonntagabend mit.",
    "Yes.",
    "CORRECTION: An earlier version of this article misstated the year in which the bridge was opened; it "
    "was 1931, not 1913.",
    "The bridge over the Senn, opened in 1931, is to be closed to lorries from May while its cables are "
    "replaced. The work will take fourteen months and cost eleven million.",
)
QUESTIONS = (
    "Why did the ferry run aground?",
    "Who voted against the loan?",
    "When was the bridge opened?",
    "How do I bake rye bread?",
    "What is the inflation rate?",
    "By how much did the central bank raise rates?",
    "How long does the password link work?",
    "Who lost the final?",
    "Is there water on other planets?",
    "How many people voted?",
)
