//! Variants: products that follow from a template by one value of each of its attributes (colour, size).
//!
//! What does not live here: how a variant is made (`bom`); it is a product like any other.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::ids::{AttributeId, AttributeValueId, ProductId};
use crate::text::{Code, Name, TextError};
use crate::vocabulary;

/// Most values of one attribute.
pub const ATTRIBUTE_VALUES_MAX: usize = 200;

/// Most variants of one template.
pub const VARIANTS_MAX: usize = 1_000;

/// A value with its attribute: the colour red.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AttributeChoice {
    /// The attribute.
    pub attribute: AttributeId,
    /// One of its values.
    pub value: AttributeValueId,
}

/// Whether something that is meant for these values is meant for a product with `values`: for every attribute named
/// among them, the product's value is one of them. What names none is meant for every product.
#[must_use]
pub fn applies_to(meant_for: &[AttributeChoice], values: &[AttributeValueId]) -> bool {
    let is_met = |wanted: &AttributeChoice| {
        let mut same = meant_for.iter().filter(|other| other.attribute == wanted.attribute);
        same.any(|other| values.contains(&other.value))
    };
    meant_for.iter().all(is_met)
}

/// A variant as bills of materials see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The product.
    pub product: ProductId,
    /// Its values, one of each attribute of its template.
    pub values: Vec<AttributeValueId>,
}

/// The product stands for its variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the product is a template: only its variants are stocked, made and used")]
pub struct IsTemplate;

/// The one door for everything that is stocked, made, used, comes out beside, or stands in: a template is none of it.
///
/// # Errors
/// [`IsTemplate`].
pub fn not_a_template(is_template: bool) -> Result<(), IsTemplate> {
    if is_template { Err(IsTemplate) } else { Ok(()) }
}

vocabulary! {
    /// Where a combination of values stands.
    pub enum VariantState {
        /// There is no product of it yet.
        Missing = "missing",
        /// It can be used.
        Active = "active",
        /// Somebody made it inactive.
        Inactive = "inactive",
        /// It became inactive when its template stopped to offer one of its values, and comes back with it.
        Withdrawn = "withdrawn",
    }
}

/// An attribute with the values of it that a template offers, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedAttribute {
    /// The attribute.
    pub attribute: AttributeId,
    /// The values; at least one.
    pub values: Vec<OfferedValue>,
}

/// A value that a template offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedValue {
    /// The value.
    pub value: AttributeValueId,
    /// What codes of variants end with.
    pub code: Code,
    /// What it is called.
    pub name: Name,
}

/// A variant that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownVariant {
    /// The product.
    pub product: ProductId,
    /// Its values, one of each attribute.
    pub values: Vec<AttributeValueId>,
    /// Whether it can be used.
    pub is_active: bool,
    /// Whether it became inactive with a value of its template.
    pub is_withdrawn: bool,
}

impl KnownVariant {
    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> VariantState {
        match (self.is_active, self.is_withdrawn) {
            (true, _) => VariantState::Active,
            (false, true) => VariantState::Withdrawn,
            (false, false) => VariantState::Inactive,
        }
    }
}

/// One combination of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combination {
    /// The product, if there is one.
    pub product: Option<ProductId>,
    /// One value of each attribute, sorted: a combination is written in one way.
    pub values: Vec<AttributeValueId>,
    /// The code that a new variant gets: `TEMPLATE-VALUE-VALUE`.
    pub code: String,
    /// The name that a new variant gets: `Template (Value, Value)`.
    pub name: String,
}

/// The attributes give more variants than a template may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the attributes give {found} variants, more than {VARIANTS_MAX}")]
pub struct TooManyVariants {
    /// How many there would be.
    pub found: usize,
}

/// How many variants these attributes give; no attribute gives none.
#[must_use]
pub fn combination_count(offered: &[OfferedAttribute]) -> usize {
    if offered.is_empty() {
        return 0;
    }
    offered.iter().fold(1, |count: usize, attribute| count.saturating_mul(attribute.values.len()))
}

/// Every combination in the order of the values, the last attribute changing first, each with the variant that has it.
///
/// # Errors
/// [`TooManyVariants`].
pub fn combinations(
    (code, name): (&str, &str),
    offered: &[OfferedAttribute],
    known: &[KnownVariant],
) -> Result<Vec<Combination>, TooManyVariants> {
    let found = combination_count(offered);
    if found > VARIANTS_MAX {
        return Err(TooManyVariants { found });
    }
    let mut chosen: Vec<Vec<&OfferedValue>> = vec![Vec::new()];
    for attribute in offered {
        let with = |before: Vec<_>| attribute.values.iter().map(move |value| [before.clone(), vec![value]].concat());
        chosen = chosen.into_iter().flat_map(with).collect();
    }
    chosen.retain(|values| !values.is_empty());
    let known: HashMap<Vec<AttributeValueId>, ProductId> =
        known.iter().map(|variant| (written(&variant.values), variant.product)).collect();
    let combination = |values: Vec<&OfferedValue>| {
        let ids = written(&values.iter().map(|value| value.value).collect::<Vec<_>>());
        let codes: Vec<&str> = values.iter().map(|value| value.code.as_str()).collect();
        let names: Vec<&str> = values.iter().map(|value| value.name.as_str()).collect();
        Combination {
            product: known.get(&ids).copied(),
            values: ids,
            code: format!("{code}-{}", codes.join("-")),
            name: format!("{name} ({})", names.join(", ")),
        }
    };
    Ok(chosen.into_iter().map(combination).collect())
}

/// The values of a variant in the one way in which they are written.
#[must_use]
pub fn written(values: &[AttributeValueId]) -> Vec<AttributeValueId> {
    values.iter().copied().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Why a combination cannot become a product.
///
/// # Errors
/// [`TextError`] when the code or the name is too long.
pub fn check_texts(combination: &Combination) -> Result<(), TextError> {
    Code::new(&combination.code)?;
    Name::new(&combination.name).map(|_| ())
}

/// What is wrong with the values of a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VariantFault {
    /// It has no value of one of its template's attributes.
    #[error("a value of one of the template's attributes is missing")]
    ValueMissing {
        /// The attribute.
        attribute: AttributeId,
    },
    /// It has several values of one attribute.
    #[error("there are several values of one attribute")]
    SeveralValues {
        /// The attribute.
        attribute: AttributeId,
    },
    /// Its template has no such attribute.
    #[error("the template does not have the attribute of one of the values")]
    ForeignAttribute {
        /// The attribute.
        attribute: AttributeId,
    },
    /// It is active, and its template does not offer a value of it.
    #[error("the template does not offer one of the values, so the variant stays inactive")]
    NotOffered {
        /// The value.
        value: AttributeValueId,
    },
}

/// Everything that is wrong with the values of a variant of a template that offers `offered`.
#[must_use]
pub fn variant_faults(offered: &[AttributeChoice], values: &[AttributeChoice], is_active: bool) -> Vec<VariantFault> {
    let attributes: BTreeSet<AttributeId> = offered.iter().map(|choice| choice.attribute).collect();
    let mut faults = Vec::new();
    for &attribute in &attributes {
        match values.iter().filter(|choice| choice.attribute == attribute).count() {
            0 => faults.push(VariantFault::ValueMissing { attribute }),
            1 => {}
            _ => faults.push(VariantFault::SeveralValues { attribute }),
        }
    }
    for choice in values {
        if !attributes.contains(&choice.attribute) {
            faults.push(VariantFault::ForeignAttribute { attribute: choice.attribute });
        } else if is_active && !offered.contains(choice) {
            faults.push(VariantFault::NotOffered { value: choice.value });
        }
    }
    faults
}

/// The template has variants, and each of them has one value of every attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the template has {variants} variants, so its attributes stay; values may come and go")]
pub struct TemplateHasVariants {
    /// How many.
    pub variants: usize,
}

/// Whether a template may offer other values than before.
///
/// # Errors
/// [`TemplateHasVariants`] when an attribute would come or go.
pub fn change_template(
    before: &[AttributeChoice],
    after: &[AttributeChoice],
    variants: usize,
) -> Result<(), TemplateHasVariants> {
    let attributes =
        |choices: &[AttributeChoice]| choices.iter().map(|choice| choice.attribute).collect::<BTreeSet<_>>();
    if variants > 0 && attributes(before) != attributes(after) {
        return Err(TemplateHasVariants { variants });
    }
    Ok(())
}
