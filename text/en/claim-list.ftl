# A whole expense list pasted at once.
claim-list = Paste a whole list
claim-list-label = List copied from a spreadsheet
claim-list-hint = One item a line: item, price, count, class, first-own share, day, with tabs or commas between; the first line may name the columns. Count, class, share and day may be left open: one, the class of the line before, nothing, the day of the visit. Pasting into the table above does the same.
claim-list-too-long = A list has at most { $lines } lines and { $chars } characters; split it over cases or join equal items.
claim-list-line = Line { $line } of the list ({ $says }): { $wrong }
claim-list-more = { $count } more lines are wrong
list-wrong-empty = is empty
list-wrong-text = is too long or cannot be printed
list-wrong-number = is no number
list-wrong-differs = is not price times count
list-wrong-class = is no class (A, B, own)
list-wrong-share = is no share
list-wrong-day = is no day
