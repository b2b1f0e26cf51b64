# The interface: keys and the developers' sandbox
nav-interface = Interface
keys-title = Interface keys
keys-about = Hospital software signs every message with a key. When a key is changed, both are good for a while.
keys-new = New key
keys-once = Shown this once: keep it now. The office does not keep it; if it is lost, issue a new one.
keys-name = Name
keys-secret = Secret
keys-from = Since
keys-standing = State
keys-acts = Act
keys-good = good
keys-good-until = good, ends on
keys-revoked = ended on
keys-none = No key yet
    .how = Issue one to begin.
keys-issue = Issue a new key
keys-change = Change
keys-overlap = The old key stays good for
keys-days = { $days ->
    [one] one day
   *[other] { $days } days
}
keys-revoke = Revoke at once
sandbox-title = Developers' sandbox
sandbox-about = For whoever writes the software of a hospital or pharmacy.
sandbox-check = Check a message
sandbox-check-about = Paste the whole message. It is only checked and has no effect.
sandbox-message = Message
sandbox-answer = Answer
sandbox-fine = The message is as specified.
sandbox-faults = { $count ->
    [one] One fault:
   *[other] { $count } faults:
}
sandbox-odd = Read, though the specification writes it otherwise:
sandbox-examples = Examples
sandbox-transaction = Transaction
sandbox-choose = Show
sandbox-signed = The signature below is computed for this moment and good for 30 minutes.
sandbox-fill = Each message has a msgid of its own. Numbers come from earlier answers: sign_no from 9001 into the head of every message of the day, psn_no, insutype and psn_type from 1101, mdtrt_id from 2201 or 2401, the sums of the lines from 2204 or 2301, setl_id from the settlement.
sandbox-trial = This is a demonstration: the person and the item in the examples are invented and known to this office.
sandbox-no-key = There is no good key. Issue one first.
sandbox-recent = Last messages
sandbox-masked = The last 30 are kept, until a restart; what tells who somebody is has been masked.
sandbox-none = No message yet
    .how = Send the first with an example above.
sandbox-served = served
sandbox-refused = refused
