//! 2101, 2206, 2303: settlements as they would be, without effect.

use super::{Desk, Failed, person};
use ::interface::Nodes;
use ::interface::map::answer::{Settlement, Subject, Teller};
use ::interface::map::ask;
use agency::visit::{preview, preview_purchase};
use agency::{Context, Records, StreamId};
use terms::Refusals;

impl Desk<'_> {
    pub(super) fn with_context<T>(
        &self,
        look: impl FnOnce(&dyn Records, &mut Context<'_>) -> Result<T, Refusals>,
    ) -> Result<T, Failed> {
        let actor = self.actor();
        let decided = self.app.desk.store().with_records(|records| {
            let ids = agency::Ids::default();
            let mut context =
                Context { rules: &self.app.office.rules, actor: &actor, now: self.app.desk.now(), ids };
            look(records, &mut context)
        })?;
        decided.map_err(Failed::Refused)
    }

    pub(super) fn preview(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let asked = ask::settle(self.request).map_err(|faults| self.told(&faults))?;
        if let Some(nodes) = self.preview_elsewhere(teller, &asked)? {
            return Ok(nodes);
        }
        self.with_context(|records, context| {
            let visit = records.visit(asked.visit).filter(|visit| {
                visit.opened.provider == self.provider.registered.provider
                    && visit.opened.person == asked.person
            });
            let visit = visit.ok_or_else(|| vec![context.refuse("visit/unknown")])?;
            let seen = preview(records, context, &visit, &asked)?;
            let (person, unit) =
                person(records, asked.person).ok_or_else(|| vec![context.refuse("visit/person-unknown")])?;
            let subject = Subject { person: &person, unit: &unit, provider: self.provider };
            let (made, settled, funds) = (&seen.made, &seen.settled, &seen.funds);
            let year = records.events(&StreamId::Year(made.person, made.year));
            let (processes, balance) = (&self.processes(&year, made), made.balance);
            let settlement =
                Settlement { visit: &visit, made, settled, funds, processes, balance, cancelled: None };
            Ok(teller.settlement(&subject, &settlement))
        })
    }

    pub(super) fn preview_purchase(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let asked = ask::purchase(self.request).map_err(|faults| self.told(&faults))?;
        if let Some(nodes) = self.purchase_elsewhere(teller, &asked)? {
            return Ok(nodes);
        }
        self.with_context(|records, context| {
            let (visit, seen) = preview_purchase(records, context, &asked)?;
            let (person, unit) = person(records, asked.open.person)
                .ok_or_else(|| vec![context.refuse("visit/person-unknown")])?;
            let subject = Subject { person: &person, unit: &unit, provider: self.provider };
            let (made, settled, funds) = (&seen.made, &seen.settled, &seen.funds);
            let year = records.events(&StreamId::Year(made.person, made.year));
            let (processes, balance) = (&self.processes(&year, made), made.balance);
            let settlement =
                Settlement { visit: &visit, made, settled, funds, processes, balance, cancelled: None };
            let mut nodes = teller.settlement(&subject, &settlement);
            teller.lines(visit.lines.iter().map(|kept| &kept.line), "detlcutinfo", &mut nodes);
            Ok(nodes)
        })
    }
}
