# Long lists, page by page.
calculator-asked = What was asked
law-other-readings = { $count } other readings
pages = Pages
pages-before = Previous
pages-after = Next
pages-shown = { $from }–{ $to } of { $count }
