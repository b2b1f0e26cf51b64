//! The contracted place (签约定点) that cases register and end.

use crate::casework::file::CaseFile;
use crate::declaration::{DeclarationKind, Declared};
use crate::visit::Details;
use crate::{CaseId, Context, Decision, Event, PersonId, Records, StreamId};
use terms::Refusals;

/// Facts of a case that become its contracted place.
const PLACE: &str = "choice.provider";
const TO: &str = "choice.to";
/// `fix_srt_no`: a person's first place. A message about the same rank then meets this one.
const RANK: (&str, &str) = ("fix_srt_no", "1");

/// The chosen centre is the person's place from today on; whatever place was contracted before ends today.
pub(super) fn choose(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    file: &CaseFile,
    subject: PersonId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let place = file.word(PLACE).and_then(|code| records.provider_by_code(code.trim()));
    let (Some(place), Some(person), Some(kind)) =
        (place, records.person(subject), context.rules.visits.contracting().first())
    else {
        return Err(vec![context.refuse("declaration/place-unknown")]);
    };
    let ended = end_all(records, context, case, subject, decision);
    let declared = Declared {
        number: u32::try_from(person.declarations.len() + 1).unwrap_or(u32::MAX),
        declaration: DeclarationKind::Place,
        provider: None,
        case: Some(case),
        place: Some(place),
        code: kind.clone(),
        from: context.today(),
        to: file.day(TO),
        details: Details::from([(RANK.0.to_owned(), RANK.1.to_owned())]),
        message: String::new(),
    };
    let stream = StreamId::Person(subject);
    let version = records.version(&stream) + ended;
    decision.push(stream, version, Event::Declared { person: subject, declared: Box::new(declared) });
    Ok(())
}

/// The person has no contracted place from today on.
pub(super) fn leave(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    subject: PersonId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    match end_all(records, context, case, subject, decision) {
        0 => Err(vec![context.refuse("declaration/unknown")]),
        _ => Ok(()),
    }
}

/// Ends every contract that stands, whoever registered it, and says how many there were.
fn end_all(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    subject: PersonId,
    decision: &mut Decision,
) -> u64 {
    let (today, kinds) = (context.today(), context.rules.visits.contracting());
    let stream = StreamId::Person(subject);
    let version = records.version(&stream);
    let person = records.person(subject);
    let declarations = person.iter().flat_map(|person| &person.declarations);
    let standing = declarations.filter(|one| {
        let known = &one.declared;
        known.declaration == DeclarationKind::Place
            && kinds.contains(&known.code)
            && one.withdrawn.is_none_or(|on| today < on)
            && known.to.is_none_or(|to| today <= to)
    });
    let mut ended = 0;
    for one in standing {
        let (number, message) = (one.declared.number, StreamId::Case(case).to_string());
        let event = Event::DeclarationWithdrawn { person: subject, number, on: today, message };
        decision.push(stream.clone(), version + ended, event);
        ended += 1;
    }
    ended
}
