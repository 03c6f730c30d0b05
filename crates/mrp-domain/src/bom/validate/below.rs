//! What lies below the lines of a draft: how deep it is, and whether the draft's own product is found there again.

use crate::bom::BOM_DEPTH_MAX;
use crate::bom::catalog::IdMap;
use crate::bom::validate::{BomDraft, BomDraftLine, BomFacts, BomFaultKind};
use crate::ids::{AttributeValueId, ProductId};
use crate::variant::applies_to;

/// Looks from the lines of a draft downwards for what the draft makes.
pub(super) struct Below<'a, F> {
    facts: &'a F,
    draft: &'a BomDraft,
    /// What the draft makes, with its values: its product, or the variants of it. On the way down, the draft takes the
    /// place of what they are made by today.
    made: IdMap<ProductId, &'a [AttributeValueId]>,
    /// Levels below a product that was looked through without finding a cycle.
    heights: IdMap<ProductId, u32>,
}

impl<'a, F: BomFacts> Below<'a, F> {
    pub(super) fn new(draft: &'a BomDraft, facts: &'a F) -> Self {
        let variants = facts.variants(draft.product);
        let mut made: IdMap<ProductId, &[AttributeValueId]> =
            variants.iter().map(|variant| (variant.product, variant.values.as_slice())).collect();
        if !facts.is_template(draft.product) {
            made.insert(draft.product, &[]);
        }
        Self { facts, draft, made, heights: IdMap::default() }
    }

    /// How many levels lie below a component of a line, in whichever of the products that the line belongs to.
    pub(super) fn height_of(&mut self, line: &BomDraftLine, component: ProductId) -> Result<u32, BomFaultKind> {
        let facts = self.facts;
        let variants = facts.variants(self.draft.product).iter();
        let mut tops: Vec<ProductId> = variants
            .filter(|variant| applies_to(&line.applies_to, &variant.values))
            .map(|variant| variant.product)
            .collect();
        if tops.is_empty() {
            tops.push(self.draft.product);
        }
        let mut height = 0;
        for top in tops {
            height = height.max(self.look_below(component, &mut vec![top])?);
        }
        Ok(height)
    }

    /// How many levels lie below `component`; `path` leads from what is made to it.
    fn look_below(&mut self, component: ProductId, path: &mut Vec<ProductId>) -> Result<u32, BomFaultKind> {
        if let Some(start) = path.iter().position(|&above| above == component) {
            let path = path.iter().skip(start).copied().chain([component]).collect();
            return Err(BomFaultKind::Cycle { path });
        }
        if let Some(&height) = self.heights.get(&component) {
            return Ok(height);
        }
        if u32::try_from(path.len()).is_ok_and(|depth| depth > BOM_DEPTH_MAX) {
            return Err(BomFaultKind::TooDeep);
        }
        path.push(component);
        let mut height = 0;
        let (facts, draft) = (self.facts, self.draft);
        match self.made.get(&component).copied() {
            Some(values) => {
                for line in draft.lines.iter().filter(|line| applies_to(&line.applies_to, values)) {
                    height = height.max(self.look_below(line.component, path)?.saturating_add(1));
                }
            }
            None => {
                let bom = facts.product(component).and_then(|known| known.bom);
                for line in bom.map_or(&[][..], |bom| &bom.lines) {
                    height = height.max(self.look_below(line.component, path)?.saturating_add(1));
                }
            }
        }
        path.pop();
        self.heights.insert(component, height);
        Ok(height)
    }
}
