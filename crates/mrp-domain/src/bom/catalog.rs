//! Products, units and bills of materials in memory, for explosions and roll-ups over many levels.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::num::NonZeroU32;

use crate::bom::{Bom, BomProduct, BomSource};
use crate::ids::{ProductId, UnitId};
use crate::quantity::Unit;

/// Something refers to what the catalog does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// A product is counted in a unit that is not there.
    #[error("the product {product} is counted in the unknown unit {unit}")]
    UnknownUnit {
        /// The product.
        product: ProductId,
        /// Its unit.
        unit: UnitId,
    },
    /// A bill of materials makes a product that is not there.
    #[error("a bill of materials makes the unknown product {product}")]
    UnknownProduct {
        /// The product.
        product: ProductId,
    },
    /// More products or bills of materials than 32 bits can count.
    #[error("there are too many products or bills of materials")]
    Full,
}

/// An in-memory [`BomSource`].
#[derive(Debug, Clone, Default)]
pub struct BomCatalog {
    units: Vec<Unit>,
    unit_places: IdMap<UnitId, usize>,
    boms: Vec<Bom>,
    products: IdMap<ProductId, CatalogProduct>,
}

/// Small, because an explosion looks products up in no particular order and waits for memory more than it calculates.
#[derive(Debug, Clone, Copy)]
struct CatalogProduct {
    place: u32,
    unit_place: u32,
    bom_place: Option<NonZeroU32>,
}

impl BomCatalog {
    /// A catalog of these units and no product.
    #[must_use]
    pub fn new(units: Vec<Unit>) -> Self {
        let unit_places = units.iter().enumerate().map(|(place, unit)| (unit.id(), place)).collect();
        Self { units, unit_places, ..Self::default() }
    }

    /// Adds a product that is counted in `stock_unit`; one that is there already keeps its bill of materials.
    ///
    /// # Errors
    /// [`CatalogError::UnknownUnit`], [`CatalogError::Full`]
    pub fn add_product(&mut self, product: ProductId, stock_unit: UnitId) -> Result<(), CatalogError> {
        let place = self.unit_places.get(&stock_unit).and_then(|&place| u32::try_from(place).ok());
        let unit_place = place.ok_or(CatalogError::UnknownUnit { product, unit: stock_unit })?;
        let place = u32::try_from(self.products.len()).map_err(|_| CatalogError::Full)?;
        let added = CatalogProduct { place, unit_place, bom_place: None };
        self.products.entry(product).or_insert(added).unit_place = unit_place;
        Ok(())
    }

    /// Makes `bom` the one in use for its product.
    ///
    /// # Errors
    /// [`CatalogError::UnknownProduct`], [`CatalogError::Full`]
    pub fn add_bom(&mut self, bom: Bom) -> Result<(), CatalogError> {
        let product = bom.product;
        let entry = self.products.get_mut(&product).ok_or(CatalogError::UnknownProduct { product })?;
        match entry.bom_place.and_then(|place| self.boms.get_mut(before(place)?)) {
            Some(earlier) => *earlier = bom,
            None => {
                self.boms.push(bom);
                let last = u32::try_from(self.boms.len()).ok().and_then(NonZeroU32::new);
                entry.bom_place = Some(last.ok_or(CatalogError::Full)?);
            }
        }
        Ok(())
    }
}

impl BomSource for BomCatalog {
    fn product(&self, id: ProductId) -> Option<BomProduct<'_>> {
        let product = self.products.get(&id)?;
        let stock_unit = self.units.get(usize::try_from(product.unit_place).ok()?)?;
        let bom = product.bom_place.and_then(|place| self.boms.get(before(place)?));
        Some(BomProduct { place: usize::try_from(product.place).ok()?, stock_unit, bom })
    }

    fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(*self.unit_places.get(&id)?)
    }

    fn product_count(&self) -> usize {
        self.products.len()
    }
}

/// The index of what is counted from 1.
fn before(place: NonZeroU32) -> Option<usize> {
    usize::try_from(place.get() - 1).ok()
}

/// A map keyed by typed ids, hashed with one multiplication: the ids are our own, nobody can choose them to collide.
pub type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

/// Mixes the words of an id with a multiplier, after the idea of Firefox's hasher.
#[derive(Debug, Clone, Copy, Default)]
pub struct IdHasher(u64);

impl IdHasher {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_be_bytes(*word));
        }
        for byte in rest {
            self.mix(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(u64::from(value));
    }

    fn write_usize(&mut self, _length: usize) {
        // The length prefix of an id's bytes is always the same.
    }
}
