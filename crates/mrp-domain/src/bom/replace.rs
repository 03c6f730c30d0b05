//! One component in place of another: what becomes of the lines of one bill of materials, and what speaks against it.
//!
//! A quantity is multiplied by a factor and keeps its unit, so both components must be kept in units of one category.
//! Where a line of the new component agrees in operation, unit, loss, fixedness and variants, the replaced line is added to it;
//! otherwise it stays a line of its own.

use std::collections::VecDeque;

use crate::bom::catalog::IdMap;
use crate::bom::diff::same_set;
use crate::bom::{Bom, BomLine, BomSource};
use crate::ids::ProductId;
use crate::quantity::{Exact, PositiveQuantity, QUANTITY_DECIMALS_MAX, QuantityError};
use crate::variant::{Variant, applies_to};

/// What to replace by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComponentReplacement {
    /// The component that goes.
    pub from: ProductId,
    /// The one that takes its place.
    pub to: ProductId,
    /// So much of the new one for one of the old.
    pub factor: PositiveQuantity,
}

/// Why a bill of materials keeps its component.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplacementRefusal {
    /// No line has the component.
    #[error("no line has the component")]
    NotUsed,
    /// The product would contain itself. The path starts and ends with the product; each contains the next.
    #[error("the product would contain itself")]
    Cycle {
        /// Products along the cycle.
        path: Vec<ProductId>,
    },
    /// A quantity times the factor cannot be used.
    #[error(transparent)]
    Quantity(#[from] QuantityError),
}

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedLine {
    /// The line before.
    pub old: BomLine,
    /// How much of the new component takes its place.
    pub quantity: PositiveQuantity,
    /// Whether that was added to a line that the new component had already.
    pub is_merged: bool,
}

/// A bill of materials after a replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedLines {
    /// All its lines, in their order.
    pub lines: Vec<BomLine>,
    /// Those that were replaced, in their order.
    pub replaced: Vec<ReplacedLine>,
}

/// Everything that a product is made of, and by which path.
#[derive(Debug, Clone)]
pub struct MadeOf {
    top: ProductId,
    /// Each product found, and the one that contains it.
    above: IdMap<ProductId, ProductId>,
}

impl MadeOf {
    /// A product that nothing is known below.
    #[must_use]
    pub fn nothing(product: ProductId) -> Self {
        Self { top: product, above: IdMap::default() }
    }

    /// What `bom` and the bills of materials in use below it are made of. Cycles among them do no harm.
    #[must_use]
    pub fn of(bom: &Bom, source: &impl BomSource) -> Self {
        let mut found = Self::nothing(bom.product);
        let mut open = VecDeque::from([bom]);
        while let Some(bom) = open.pop_front() {
            for line in &bom.lines {
                let component = line.component;
                if component != found.top && !found.above.contains_key(&component) {
                    found.above.insert(component, bom.product);
                    open.extend(source.product(component).and_then(|known| known.bom));
                }
            }
        }
        found
    }

    /// The products from the top down to `wanted`, if it is one of them.
    fn path_to(&self, wanted: ProductId) -> Option<Vec<ProductId>> {
        let mut path = vec![wanted];
        let mut at = wanted;
        while at != self.top {
            at = *self.above.get(&at)?;
            path.push(at);
        }
        path.reverse();
        Some(path)
    }
}

impl ComponentReplacement {
    /// The lines of a bill of materials of `product` with the new component; `made_of` is what that one is made of. When
    /// the product is a template, `variants` are those that are made by it.
    ///
    /// # Errors
    /// [`ReplacementRefusal`].
    pub fn apply(
        &self,
        (product, variants): (ProductId, &[Variant]),
        lines: &[BomLine],
        made_of: &MadeOf,
    ) -> Result<ReplacedLines, ReplacementRefusal> {
        if !lines.iter().any(|line| line.component == self.from) {
            return Err(ReplacementRefusal::NotUsed);
        }
        let of_it = lines.iter().filter(|line| line.component == self.from);
        let gets_it = |variant: &&Variant| of_it.clone().any(|line| applies_to(&line.applies_to, &variant.values));
        let made = variants.iter().filter(gets_it).map(|variant| variant.product).chain([product]);
        for made in made {
            if let Some(below) = made_of.path_to(made) {
                return Err(ReplacementRefusal::Cycle { path: [made].into_iter().chain(below).collect() });
            }
        }
        let (gone, mut kept): (Vec<_>, Vec<_>) =
            lines.iter().cloned().enumerate().partition(|(_, line)| line.component == self.from);
        let mut replaced = Vec::with_capacity(gone.len());
        let mut own = Vec::new();
        for (place, old) in gone {
            let quantity = self.quantity(old.quantity)?;
            let same = kept.iter_mut().map(|(_, line)| line).find(|line| self.takes(line, &old));
            let is_merged = match same {
                Some(line) => {
                    line.quantity = sum(line.quantity, quantity)?;
                    line.note = joined(&line.note, &old.note);
                    true
                }
                None => {
                    let others = old.substitutes.iter().copied().filter(|&other| other != self.to);
                    let substitutes = others.collect();
                    own.push((place, BomLine { component: self.to, quantity, substitutes, ..old.clone() }));
                    false
                }
            };
            replaced.push(ReplacedLine { old, quantity, is_merged });
        }
        kept.extend(own);
        kept.sort_by_key(|(place, _)| *place);
        Ok(ReplacedLines { lines: kept.into_iter().map(|(_, line)| line).collect(), replaced })
    }

    /// Whether `line` is one of the new component that `old` can be added to.
    fn takes(&self, line: &BomLine, old: &BomLine) -> bool {
        line.component == self.to
            && line.operation_sequence == old.operation_sequence
            && line.unit == old.unit
            && line.loss == old.loss
            && line.is_fixed == old.is_fixed
            && same_set(&line.applies_to, &old.applies_to)
    }

    fn quantity(&self, old: PositiveQuantity) -> Result<PositiveQuantity, QuantityError> {
        let exact = old.exact().mul(self.factor.exact())?;
        let quantity = exact.to_decimal();
        if Exact::from_decimal(quantity) != exact {
            return Err(QuantityError::TooManyDecimals { found: quantity.round_dp(QUANTITY_DECIMALS_MAX) });
        }
        PositiveQuantity::new(quantity)
    }
}

/// What two lines of one unit need together.
pub(super) fn sum(one: PositiveQuantity, other: PositiveQuantity) -> Result<PositiveQuantity, QuantityError> {
    PositiveQuantity::new(one.get().checked_add(other.get()).ok_or(QuantityError::Overflow)?)
}

/// The notes of two lines that become one.
pub(super) fn joined(one: &str, other: &str) -> String {
    match (one.trim(), other.trim()) {
        (note, "") | ("", note) => note.to_owned(),
        (one, other) if one == other => one.to_owned(),
        (one, other) => format!("{one}; {other}"),
    }
}
