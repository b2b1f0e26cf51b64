regions-year-end = Years that are over
regions-year-end-about = What came up to the end of a year and is not cleared yet; payments are set against the oldest first.
regions-year-over = Of the year
regions-due-by = To be cleared by
regions-overdue = overdue
