# Breaks of a reconciliation: what was found, who mends it, proposing and confirming the correcting entry.
refusal-reconciliation-nothing-to-do = Break { $number } does not stand so that this can be done now.
    .cure = Load the page again to see where it stands.
refusal-reconciliation-compare-again = This break was noted without its person and belongs to no visit, so that nothing can be taken back by it.
    .cure = Let the provider reconcile the same days again (3202): where the break is found again it names the person, keeps its number and can be mended.
refusal-reconciliation-provider-mends = The provider mends this break; nothing changes in the books of the office.
    .cure = Let the provider correct its list and reconcile again (3202).
reconciliation-title = Breaks
reconciliation-lead = A provider's list (3202) is compared settlement by settlement. Where the books of the office have to change, one person proposes it and another confirms; the reversing entry is made then, and once.
reconciliation-own-lead = What comparing with the office settlement by settlement (3202) found. What you have to correct is gone once you reconcile again.
reconciliation-compared = { $from } to { $to }, kind of clearing { $type }: compared on { $day }, { $found ->
        [0] no break
        [one] one break
       *[other] { $found } breaks
    }.
reconciliation-more = Only the first { $kept } are listed; the rest is in the file that answered 3202.
reconciliation-number = No.
reconciliation-kind = Break
reconciliation-settlement = Settlement
reconciliation-visit = Visit
reconciliation-office = Office (total / funds / account)
reconciliation-provider = Provider (total / funds / account)
reconciliation-mend = What mends it
reconciliation-state = Standing
reconciliation-refund = (taken back)
reconciliation-lost-at-office = Missing at the office
reconciliation-lost-at-provider = Missing at the provider
reconciliation-duplicated-at-office = Twice at the office
reconciliation-duplicated-at-provider = Twice at the provider
reconciliation-altered = Amounts differ
reconciliation-timing = Days differ
reconciliation-office-reverses = The office takes this settlement back
reconciliation-provider-removes = The provider strikes the record, and sends a real visit again
reconciliation-provider-records = The provider writes down that it was taken back
reconciliation-provider-corrects = The provider takes over the amounts of the office
reconciliation-provider-counts-on = The provider counts it on the day of the office
reconciliation-is-open = Open
reconciliation-is-proposed = Correction proposed on { $day }:
reconciliation-is-mended = Corrected on { $day }
reconciliation-is-gone = No longer found on { $day }
reconciliation-was-declined = Not confirmed on { $day }:
reconciliation-entry = correcting entry
reconciliation-elsewhere = The region of insurance was asked to take it back; the entries are at
reconciliation-propose = Propose the correction
reconciliation-confirm = Confirm the correction
reconciliation-decline = Do not confirm
reconciliation-break = Break { $number }: { $kind }
reconciliation-reason = What was looked into
reconciliation-why-not = Why it is not confirmed
