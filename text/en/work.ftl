# The page of a case, and opening one.
case-papers = Papers
case-papers-seen = Papers received (tick what you see)
paper-is-copy = copy
case-act = Present step
case-people = People
case-capacity = Applicant
case-applicant = applicant
case-story = Story
case-flow = Procedure and position
case-facts = What is recorded
case-mine = your turn
case-waiting = waiting
case-waits-for = With the { $who } { $where }
case-missing = { $count ->
    [one] One thing is to be corrected
   *[other] { $count } things are to be corrected
 }
case-missing-until = To be corrected by
case-complete = Papers and conditions are complete; the case can be accepted.
case-incomplete = { $count ->
    [one] One thing is missing
   *[other] { $count } things are missing
 }
case-unanswered = Please fill in: { $what }
do-accept = Accept
do-save = Save
do-ask = Ask for everything missing
do-decline = Decline
do-hand-in = Hand in
do-open = Apply
do-decide = Submit decision
do-receive = Confirm the money
do-sign = Sign
do-seal = Seal
do-issue = Hand out
do-pay = Pay
do-notice = Put up the notice
do-withdraw = Withdraw the application
withdraw-about = The case ends; you can apply again.
decide = Decision
decide-approve = Approve
decide-done = Done
decide-reject = Reject
decide-return = Send back
fault-decision = Please decide
note = Note
pay-payee = Payee (compare the original identity card)
pay-method = Method
hear = Objection
hear-upheld = objection upheld
hear-dismissed = objection dismissed
way-rejected = rejected
way-returned = sent back
way-upheld = objection
decided-approved = approved
decided-rejected = rejected
decided-returned = sent back
event-opened = Applied
event-claim = { $count ->
    [one] One receipt entered, { $total }
   *[other] { $count } receipts entered, { $total } in all
 }
event-received = Received: { $paper }
event-correction-asked = { $count ->
    [one] One correction asked
   *[other] { $count } corrections asked at once
 }
event-correction-made = Corrected
event-accepted = Accepted
event-declined = Declined
event-entered = Came to “{ $state }”
event-returned-to = Sent back to “{ $state }”
event-notice = On public notice until
event-notice-ended = Notice ended
event-objected = An objection came in
event-overdue = The date { $due } has passed
event-paid = { $amount } paid to { $payee } ({ $method })
effect-issue = Certificate issued
effect-cancel = Old number cancelled
effect-lost = Reported lost
effect-surrender = Certificate taken back
effect-filing = Filing takes effect
effect-adjudicate = Amount worked out
effect-pay = Payment due
form-without-key = The form is not complete; please open the page again.
form-moved-on = Somebody else has just worked on this case; please look at it again.
form-key-reused = This form was already sent; please open the page again.
open-no-person = No insured person has this citizen number; check it
open-running = { $case }, the same matter for the same person, is still at the counter; no second one was opened.
    .cure = Open it to go on with it; who means another one sends the form once more.
open-running-go = Open { $case }
open-another = Apply once more
open-no-capacity = Please choose who applies
open-other-person = For somebody else? Their citizen number
open-citizen-hint = 18 characters; can be scanned
open-provider-hint = Provider code, 12 characters
claim = Claim
claim-provider = Hospital code
claim-no-provider = No hospital or pharmacy has this code
claim-from = Visit (admission)
claim-to = End (discharge)
claim-receipts = Original receipts
claim-receipt-number = Receipt number
claim-lines = Expense list
claim-more = Saving adds empty rows.
claim-receipt-wrong = Amount or date of receipt { $row } is wrong
claim-line-wrong = Row { $row } of the list is wrong

notices-none = Nothing is on public notice
    .how = Names, dates and how to object appear here.
notices-about = Object within the time of the notice. Names are partly masked as the rule says.
notices-until = On notice until
notices-object = Object
notices-object-sign-in = Sign in to object, or come to the window.
notices-proof = Proof
notices-proof-days = { $days ->
    [one] shown on one day,
   *[other] shown on { $days } days,
 }
notices-proof-how = Each day has a hash over what is shown and over the day before; the operator's command “banli notices” works them out anew.
event-notice-sealed = The notice was up on this day
case-papers-all = Everything on the list is here as it should be
claim-same-day = Left open, the same day
