# Paying first for a third party, and getting it back.
refusal-advance-work-injury = A recognised work injury is for the work-injury fund to pay first.
    .cure = Ask the agency for work-injury insurance, with the decision that recognised the injury.
refusal-advance-nothing-open = Nothing that was paid first in this case is still open.
    .cure = Look at the books of the case: it has come back, or stays with the fund.
refusal-advance-amount = What comes from a third party is above nothing and at most what is still open.
    .cure = Enter the sum on the bank's slip; what is above it goes back to whoever paid.
effect-advance = The fund pays first; the third party owes it
effect-advance-recovered = The third party has paid the fund back
effect-advance-borne = What is open stays with the fund
