# A year worked out anew.

year-anew = The year worked out anew
year-anew-same = Every settlement of the year comes to the same when the year is worked out anew in this order.
year-anew-moved = { $count ->
    [one] One settlement comes
   *[other] { $count } settlements come
} to something else in this order than was decided:
year-anew-cure = What was decided stands until the settlement is taken back and made again: by the hospital where it settled on the spot, by a correction of the decision where it was a claim at the counter. The new one then takes its place in this order.
year-anew-what = Who pays
year-anew-made = As decided
year-anew-now = Worked out anew
year-anew-refused = the law in force refuses this bill
year-anew-difference = Difference
settlements-illustrative = { $which }: the amounts rest on illustrative figures, which are no law.
