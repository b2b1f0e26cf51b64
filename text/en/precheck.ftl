# Before you come.
precheck-title = Before you come
precheck-lead = Choose what you come for and answer a few short questions: whether, when, with what, and how long it takes.
precheck-which = Choose what you come for
precheck-none = Nothing can be applied for yet
    .how = Procedures of the pack are listed here.
precheck-capacity = Who comes?
precheck-whose = The questions are about the person whose matter it is, not about whoever comes.
precheck-after = About a case that you have
precheck-question = question { $number }
precheck-back = Back
precheck-next = Continue
precheck-yes = Yes. You can come on { $day }.
precheck-next-open = Yes, on the open days from { $day }.
precheck-no = { $count ->
    [one] Not now, for one reason:
   *[other] Not now, for { $count } reasons:
 }
precheck-days = When to come
precheck-any-day = Any working day.
precheck-other-day = Look at another day
precheck-see = Show
precheck-where = Where to go
precheck-where-else = To the { $whose } ({ $desk }): the application is taken there, not at this office.
precheck-bring = What to bring
precheck-bring-none = Nothing needs to be brought.
precheck-bring-later = To bring later
precheck-bring-at = To bring later, for “{ $step }”
precheck-how-long = How long it takes
precheck-how-long-none = Done at once.
precheck-how-long-steps = It goes through several steps; once taken in, the page of the case tells the last day of each.
precheck-answers = Your answers
precheck-change = change
precheck-promise = Bring what is on this list, and the window will not send you away for missing papers: it runs the same check.
precheck-open-case = Open the case from here
