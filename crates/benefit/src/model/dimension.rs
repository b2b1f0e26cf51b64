//! Where a bill falls: its codes along dimensions, and the place of a combination in a dense table.

use crate::Code;
use crate::bill::Bill;
use terms::Name;

/// How many dimensions a pack may declare.
pub const DIMENSIONS_MAX: usize = 12;

/// What of a bill a dimension can look at, under the national field names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Insurance type.
    Insutype,
    /// Person type.
    PsnType,
    /// Certificate category.
    Category,
    /// Hardship certificate.
    Hardship,
    /// Hospital, community health centre or pharmacy.
    ProviderKind,
    /// Level of the provider.
    HospLv,
    /// Kind of visit.
    MedType,
    /// `yes` where the provider holds an agreement.
    Designated,
    /// `yes` at the contracted community provider.
    Contracted,
    /// Place of treatment against place of insurance: `own`, `province` or `elsewhere`.
    Region,
    /// Filing for treatment elsewhere.
    Filing,
    /// `yes` where it is settled with the provider on the spot.
    Direct,
    /// Which stay of the year: `1`, `2`, or `3` for every later one.
    Ordinal,
}

impl Field {
    /// Every field with the head of its column.
    pub const ALL: [(Field, &'static str); 13] = [
        (Field::Insutype, "insutype"),
        (Field::PsnType, "psn_type"),
        (Field::Category, "category"),
        (Field::Hardship, "hardship"),
        (Field::ProviderKind, "provider_kind"),
        (Field::HospLv, "hosp_lv"),
        (Field::MedType, "med_type"),
        (Field::Designated, "designated"),
        (Field::Contracted, "contracted"),
        (Field::Region, "region"),
        (Field::Filing, "filing"),
        (Field::Direct, "direct"),
        (Field::Ordinal, "ordinal"),
    ];

    /// The field of this name.
    pub fn named(name: &str) -> Option<Field> {
        Field::ALL.iter().find(|(_, known)| *known == name).map(|(field, _)| *field)
    }

    /// Its name in packs and messages.
    pub fn name(self) -> &'static str {
        Field::ALL[self as usize].1
    }

    /// What the bill says here; `home` is the region of the pack.
    #[inline]
    pub(crate) fn of(self, bill: &Bill, home: Option<u32>) -> Code {
        let yes_no = |yes: bool| if yes { Code::YES } else { Code::NO };
        match self {
            Field::Insutype => bill.person.insutype,
            Field::PsnType => bill.person.psn_type,
            Field::Category => bill.person.category,
            Field::Hardship => bill.person.hardship,
            Field::ProviderKind => bill.provider.kind,
            Field::HospLv => bill.provider.hosp_lv,
            Field::MedType => bill.visit.med_type,
            Field::Designated => yes_no(bill.provider.designated),
            Field::Contracted => yes_no(bill.provider.contracted),
            Field::Region => region(bill.provider.admdvs, home),
            Field::Filing => bill.visit.filing.code(),
            Field::Direct => yes_no(bill.visit.direct),
            Field::Ordinal => match bill.visit.ordinal {
                0 | 1 => const { Code::known("1") },
                2 => const { Code::known("2") },
                _ => const { Code::known("3") },
            },
        }
    }
}

/// The first four digits of a division code name the city, the first two the province (GB/T 2260).
fn region(place: u32, home: Option<u32>) -> Code {
    match home {
        Some(home) if place != 0 && place / 100 != home / 100 => {
            if place / 10_000 == home / 10_000 {
                const { Code::known("province") }
            } else {
                const { Code::known("elsewhere") }
            }
        }
        _ => const { Code::known("own") },
    }
}

/// The codes of a field that some dimension tells apart. A code's class is its place in the sorted list plus one;
/// 0 is every other code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldClasses {
    pub field: Field,
    /// Codes that are named somewhere, sorted.
    pub codes: Vec<Code>,
    /// The same scattered over a power of two of slots, each with its class; free slots have class 0.
    slots: Vec<(Code, usize)>,
}

impl FieldClasses {
    pub fn new(field: Field, codes: Vec<Code>) -> FieldClasses {
        let size = (4 * codes.len()).next_power_of_two();
        let mut slots = vec![(Code::NONE, 0); size];
        for (place, &code) in codes.iter().enumerate() {
            let mut slot = code.scatter() & (size - 1);
            while slots[slot].1 != 0 {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = (code, place + 1);
        }
        FieldClasses { field, codes, slots }
    }

    /// At most a quarter of the slots is taken, so that the first look nearly always decides.
    #[inline(always)]
    pub fn class(&self, code: Code) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = code.scatter() & mask;
        loop {
            let (known, class) = self.slots[slot];
            if class == 0 || known == code {
                return class;
            }
            slot = (slot + 1) & mask;
        }
    }
}

/// A closed list along which tables differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// `level`
    pub id: String,
    /// What people call it.
    pub name: Name,
    /// The article that divides so.
    pub(crate) article: u16,
    /// Its values in order.
    pub values: Vec<Value>,
    pub(crate) source: DimensionSource,
}

/// One value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// `tertiary`
    pub id: String,
    /// What people call it.
    pub name: Name,
}

/// How a bill's value along a dimension is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DimensionSource {
    /// A dense table over the classes of these fields (places in [`Benefits::fields`] with their strides).
    Table { fields: Vec<(usize, usize)>, values: Vec<u8> },
    /// The higher (earlier in the list) of this dimension's value now and for the year's highest earlier level.
    HighestOf { dimension: usize },
}

/// The mark of a combination of codes without a value.
pub(crate) const NO_VALUE: u8 = u8::MAX;

/// Where the combinations of some dimensions have their places in a dense table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grid {
    /// By dimension; 0 where the table does not look at it.
    pub strides: [u32; DIMENSIONS_MAX],
    /// The same without the zeros: dimension and stride.
    pub looks: Vec<(usize, u32)>,
    /// Combinations in all.
    pub size: u32,
}

impl Grid {
    /// A table of one place.
    pub fn single() -> Grid {
        Grid { strides: [0; DIMENSIONS_MAX], looks: Vec::new(), size: 1 }
    }

    /// Looks at this dimension too, which has so many values; nothing where the table grows out of hand.
    pub fn look(&mut self, dimension: usize, values: usize) -> Option<()> {
        self.strides[dimension] = self.size;
        self.looks.push((dimension, self.size));
        self.size = self.size.checked_mul(u32::try_from(values).ok()?)?;
        Some(())
    }

    #[inline(always)]
    pub fn place(&self, values: &[u8; DIMENSIONS_MAX], period: usize) -> usize {
        let mut place = period * self.size as usize;
        for &(dimension, stride) in &self.looks {
            place += stride as usize * usize::from(values[dimension]);
        }
        place
    }
}
