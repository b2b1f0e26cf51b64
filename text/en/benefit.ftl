# Why a bill is not settled.
refusal-benefit-no-lines = The bill has no fee lines.
    .cure = Send the fee lines first.
refusal-benefit-days-reversed = The visit ends on { $enddate }, before it begins on { $begndate }.
    .cure = Correct the days of the visit.
refusal-benefit-day-before-answers = For { $day } no rules are held; they begin on { $answers-from }.
    .cure = Ask the agency for a decision on paper.
refusal-benefit-no-class = By { $dimension } the bill belongs nowhere ({ $found }).
    .cure = Check these codes against the national lists; a person without this insurance is not settled here.
refusal-benefit-amount-out-of-range = An amount of the bill is beyond what a settlement can hold.
    .cure = Check prices and quantities.
refusal-benefit-not-designated = On { $day } the provider held no agreement and it was no emergency.
    .cure = In an emergency, hand in the emergency certificate; otherwise go to a designated provider.
refusal-benefit-no-figures = For { $day } no figures are held for this kind of cost.
    .cure = Ask the agency for a decision on paper.
refusal-benefit-pharmacy-stay = A pharmacy cannot settle a stay in hospital.
    .cure = Correct the kind of visit or the provider.
