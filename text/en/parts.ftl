# The frame and the components.
brand = Banli
brand-office = medical insurance office
language = English
skip = Skip to content
crumbs = You are here
nav-main = Main
nav-precheck = Before you come
nav-notices = Public notices
nav-law = Law
nav-mine = My cases
nav-desk = Waiting for me
nav-people = People
nav-cases = Cases
nav-new-case = New case
nav-settlements = Settlements
nav-unit = My unit
nav-supervise = Supervision
nav-looks = Who looked
nav-operate = Machine
nav-home = Home
find = Find
find-label = Find a person, certificate or case
find-hint = Name, citizen number, certificate or case
sign-in = Sign in
sign-out = Sign out
theme-dark = Dark
theme-light = Light
theme-system = System theme
demo-note = Demonstration: all people, units and hospitals are invented.
foot-about = Banli · every decision carries its reason
foot-law = Policy pack: { $pack } { $hash }
foot-now = Office time { $when }
print-foot = Printed { $when } · { $address }
optional = (optional)
choose = Please choose
total = Total
filter = Filter
filter-all = All
unit-yuan = yuan
word-yes = yes
word-no = no
word-none = none

day-why = How this date came about
provisional = provisional
illustrative = example, not law in force
illustrative-short = example
date-starts = Starts on { $on }; the day itself is not counted.
date-counted = { $span } later: { $to }.
date-holiday = { $days }: off, { $name }.
date-weekend = { $days }: weekend.
date-make-up = { $on } is worked in exchange for { $name } and counts.
date-rolled = The last day, { $from }, is a day off: moved to { $to }.
date-provisional = The holiday notice of one of these years is not published yet; the date is provisional.
days-from-to = { $from } to { $to }
span-working-days = { $count ->
    [one] { $count } working day
   *[other] { $count } working days
 }
span-calendar-days = { $count ->
    [one] { $count } calendar day
   *[other] { $count } calendar days
 }
span-months = { $count ->
    [one] { $count } month
   *[other] { $count } months
 }
span-years = { $count ->
    [one] { $count } year
   *[other] { $count } years
 }
day-weekend = weekend
day-make-up = worked for { $name }
day-make-up-word = make-up working day
day-open = open
day-off = closed
day-today = today

faults-title = { $count ->
    [one] One thing needs your attention
   *[other] { $count } things need your attention
 }
faults-kept = What you typed is kept below.

paper-seen = seen
paper-given = handed in
paper-missing = missing
paper-not-needed = not needed
paper-bring = bring
clock-left = { $count ->
    [one] { $count } working day left
   *[other] { $count } working days left
 }
clock-late = { $count ->
    [one] { $count } working day late
   *[other] { $count } working days late
 }
clock-today = due today
clock-suspended = stopped while something is corrected
clock-until = due
waterfall-part = part
waterfall-picture = picture
curve-bill = bill (yuan)
curve-own = person pays (yuan)
curve-funds = funds pay (yuan)
curve-numbers = The numbers
flow-gone = done
flow-now = here
flow-ahead = ahead
flow-skipped = not on its way

window-why = How these days came about
window-stated = The rule says { $first } to { $last } of the month.
window-added = { $on } is open in exchange for days off.
window-reading = Reading applied
hint-day = For example 2026-10-08
fault-choice = please choose one of those listed
fault-number = please write a number
fault-day = please write year-month-day, for example 2026-10-08
fault-money = please write an amount with at most two decimals, for example 1234.50
paper-original = original
paper-copy = a copy is enough
paper-original-and-copy = original and copy
paper-filled-by = filled in by the { $role }
paper-sealed-by = with the seal of the { $seal }
paper-stamp = each stamped “{ $stamp }”
# Before a promised day.
promised-by = by
promised-not-before = not before
