use super::*;
use crate::testing;

#[test]
fn the_packs_of_the_project_are_proven() {
    for id in ["reference", "hangzhou"] {
        let law = Law::load(&testing::files(), id).unwrap();
        let benefits = Benefits::compile(&law).unwrap();
        let proofs = prove(&law, &benefits);
        println!(
            "{id}: {} combinations, {} refused, {} plans, {} figures",
            proofs.combinations, proofs.refused, proofs.plans, proofs.figures
        );
        for fault in &proofs.faults {
            println!("{:?} {}", fault.property, fault.diagnostic);
            if let Some(witness) = &fault.witness {
                println!("{:?}", witness.lower);
            }
        }
    }
}
