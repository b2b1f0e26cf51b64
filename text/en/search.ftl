# The search box
search-none = No case of your work
    .how = Type a case number, a whole citizen number or a certificate number; a name is looked for among the cases that wait for you.
