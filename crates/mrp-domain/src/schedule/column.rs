//! Columns: vectors that are read by the `u32` numbers of operations, units and orders.
//!
//! A search follows such numbers millions of times a second, and each of them was made by the code that built the
//! column: one that is outside is our own bug and stops the search with both values. Half the width of `usize` keeps a
//! plan of a hundred thousand operations in the cache.

use std::ops::{Index, IndexMut};

/// No operation, no unit, no order.
pub(super) const NONE: u32 = u32::MAX;

/// A vector with `u32` places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Column<T>(Vec<T>);

impl<T: Clone> Column<T> {
    pub(super) fn filled(value: T, length: u32) -> Self {
        Self(vec![value; wide(length)])
    }
}

impl<T> Column<T> {
    pub(super) fn push(&mut self, value: T) {
        self.0.push(value);
    }

    pub(super) fn len(&self) -> u32 {
        narrow(self.0.len())
    }

    pub(super) fn as_slice(&self) -> &[T] {
        &self.0
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(values: Vec<T>) -> Self {
        Self(values)
    }
}

impl<T> Index<u32> for Column<T> {
    type Output = T;

    #[inline]
    fn index(&self, place: u32) -> &T {
        match self.0.get(wide(place)) {
            Some(value) => value,
            None => outside(place, self.0.len()),
        }
    }
}

impl<T> IndexMut<u32> for Column<T> {
    #[inline]
    fn index_mut(&mut self, place: u32) -> &mut T {
        let length = self.0.len();
        match self.0.get_mut(wide(place)) {
            Some(value) => value,
            None => outside(place, length),
        }
    }
}

#[cold]
#[inline(never)]
fn outside(place: u32, length: usize) -> ! {
    panic!("place {place} of a column of {length}: the search lost its bearings");
}

/// Many short lists behind each other: those of place `p` are found by one pair of bounds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lists<T> {
    bounds: Vec<u32>,
    values: Vec<T>,
}

impl<T: Copy> Lists<T> {
    pub(super) fn new() -> Self {
        Self { bounds: vec![0], values: Vec::new() }
    }

    /// Ends the list that was filled last.
    pub(super) fn close(&mut self) {
        self.bounds.push(narrow(self.values.len()));
    }

    pub(super) fn push(&mut self, value: T) {
        self.values.push(value);
    }

    #[inline]
    pub(super) fn of(&self, place: u32) -> &[T] {
        let place = wide(place);
        match self.bounds.get(place..).and_then(|bounds| bounds.first_chunk::<2>()) {
            Some(&[from, to]) => self.values.get(wide(from)..wide(to)).unwrap_or(&[]),
            None => &[],
        }
    }

    /// The lists of `length` places, filled from (place, value) pairs in their order.
    pub(super) fn grouped(length: u32, pairs: &[(u32, T)]) -> Self {
        let mut bounds = vec![0_u32; wide(length) + 1];
        for &(place, _) in pairs {
            if let Some(bound) = bounds.get_mut(wide(place) + 1) {
                *bound += 1;
            }
        }
        let mut sum = 0;
        for bound in &mut bounds {
            sum += *bound;
            *bound = sum;
        }
        let mut next = bounds.clone();
        let mut values: Vec<T> = pairs.iter().map(|&(_, value)| value).collect();
        for &(place, value) in pairs {
            if let Some(to) = next.get_mut(wide(place)) {
                if let Some(slot) = values.get_mut(wide(*to)) {
                    *slot = value;
                }
                *to += 1;
            }
        }
        Self { bounds, values }
    }
}

/// A place as the standard library counts.
#[inline]
pub(super) fn wide(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

/// A length or index as a place; the model limits both far below what does not fit.
#[inline]
pub(super) fn narrow(index: usize) -> u32 {
    match u32::try_from(index) {
        Ok(place) => place,
        Err(_) => outside(NONE, index),
    }
}
