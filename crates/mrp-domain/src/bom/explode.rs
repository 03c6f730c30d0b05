//! Multiplying a bill of materials out: what an order needs.
//!
//! Line need = quantity × order ÷ quantity per run × (1 + loss); fixed lines once per order. Kits are replaced by
//! their lines without rounding inside, equal needs are merged, and only then is a need rounded up to the step of the
//! component's stock unit. 500 × 4 × 3 at 5 % loss is 6 300, and never 6 301. What scales with the order and what is
//! needed once per order stay apart, so that an order whose quantity changes knows which is which.
//!
//! Many levels are walked as a graph and not as a tree: a screw that is used in a thousand places is calculated once.

use rust_decimal::Decimal;

use crate::bom::catalog::IdMap;
use crate::bom::{BOM_DEPTH_MAX, Bom, BomLine, BomProduct, BomSource, BomType, CostSharePercent, LossPercent};
use crate::ids::{ProductId, UnitId};
use crate::quantity::{Exact, QuantityError, Unit, UnitError};

/// Most lines that one level of an explosion may have once its kits are replaced.
pub const EXPLODED_LINES_MAX: usize = 1_000_000;

/// What an order needs of one component in one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// What is needed.
    pub component: ProductId,
    /// The operation that consumes it; none means the last. Lines of a kit belong to the operation of the kit.
    pub operation_sequence: Option<u32>,
    /// Whether it is needed once per order, however much is made: a fixed line, or any line below one.
    pub is_fixed: bool,
    /// How much, in the component's stock unit, exactly.
    pub exact: Exact,
    /// How much, rounded up to the step of that unit.
    pub rounded: Decimal,
}

/// What one line of a bill of materials, or of a kit in it, needs: before equal needs are merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRequirement {
    /// 0 is a line of the bill of materials itself, 1 a line of a kit in it.
    pub depth: usize,
    /// What is needed.
    pub component: ProductId,
    /// How much, in the component's stock unit, exactly.
    pub exact: Exact,
    /// The place of the merged need that it is a part of; none for a kit, whose lines follow.
    pub requirement: Option<usize>,
}

/// What making something needs of one component over all levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultiLevelRequirement {
    /// What is needed.
    pub component: ProductId,
    /// Levels below the product, counted along the longest way: 1 is a line of its own bill of materials.
    pub level: u32,
    /// Whether it has no bill of materials.
    pub is_bought: bool,
    /// How much, in the component's stock unit, exactly; nothing was rounded on the levels above.
    pub exact: Exact,
    /// How much, rounded up to the step of that unit.
    pub rounded: Decimal,
}

/// Why needs cannot be calculated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExplodeError {
    /// The product has no bill of materials.
    #[error("the product {product} has no bill of materials")]
    NoBom {
        /// The product.
        product: ProductId,
    },
    /// A component that nobody knows.
    #[error("the product {product} is not known")]
    UnknownProduct {
        /// The product.
        product: ProductId,
    },
    /// A unit that nobody knows.
    #[error("the unit {unit} of the product {product} is not known")]
    UnknownUnit {
        /// The product whose quantity is given in it.
        product: ProductId,
        /// The unit.
        unit: UnitId,
    },
    /// A product needs itself. The path starts and ends with the same product; each contains the next.
    #[error("a product contains itself: {}", shown_path(path))]
    Cycle {
        /// Products along the cycle, the first one repeated at the end.
        path: Vec<ProductId>,
    },
    /// More than [`BOM_DEPTH_MAX`] levels.
    #[error("the product {product} lies more than {BOM_DEPTH_MAX} levels deep")]
    TooDeep {
        /// The first product below the limit.
        product: ProductId,
    },
    /// More than [`EXPLODED_LINES_MAX`] lines.
    #[error("the kits have more than {EXPLODED_LINES_MAX} lines")]
    TooManyLines,
    /// A quantity does not convert into the stock unit.
    #[error("the quantity of the product {product}: {source}")]
    Unit {
        /// The product.
        product: ProductId,
        /// Why not.
        source: UnitError,
    },
    /// A quantity has too many digits.
    #[error("the quantity of the product {product}: {source}")]
    Quantity {
        /// The product.
        product: ProductId,
        /// Why.
        source: QuantityError,
    },
}

/// What an order of `quantity` (in the product's stock unit) needs, by the bill of materials in use, kits replaced.
/// In the order of the lines.
///
/// # Errors
/// [`ExplodeError`]
pub fn explode(boms: &impl BomSource, product: ProductId, quantity: Exact) -> Result<Vec<Requirement>, ExplodeError> {
    let known = boms.product(product).ok_or(ExplodeError::UnknownProduct { product })?;
    explode_bom(boms, known.bom.ok_or(ExplodeError::NoBom { product })?, quantity)
}

/// What an order of `quantity` (in the product's stock unit) needs by this bill of materials, kits replaced.
///
/// # Errors
/// [`ExplodeError`]
pub fn explode_bom(boms: &impl BomSource, bom: &Bom, quantity: Exact) -> Result<Vec<Requirement>, ExplodeError> {
    let mut explosion = Explosion::of(boms, None);
    explosion.take_lines(bom, quantity, None)?;
    explosion.requirements()
}

/// The same, and which lines each need comes from, in reading order.
///
/// # Errors
/// [`ExplodeError`]
pub fn explode_bom_by_line(
    boms: &impl BomSource,
    bom: &Bom,
    quantity: Exact,
) -> Result<(Vec<Requirement>, Vec<LineRequirement>), ExplodeError> {
    let mut explosion = Explosion::of(boms, Some(Vec::with_capacity(bom.lines.len())));
    explosion.take_lines(bom, quantity, None)?;
    let lines = explosion.told.take().unwrap_or_default();
    Ok((explosion.requirements()?, lines))
}

/// What else comes out of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByProductOutput {
    /// What comes out.
    pub product: ProductId,
    /// How much, in its stock unit, exactly.
    pub exact: Exact,
    /// How much, rounded down to the step of that unit.
    pub rounded: Decimal,
    /// The part of the cost that it carries.
    pub cost_share: CostSharePercent,
}

/// What else comes out of an order of `quantity` (in the product's stock unit) by this bill of materials.
///
/// # Errors
/// [`ExplodeError`]
pub fn by_product_outputs(
    boms: &impl BomSource,
    bom: &Bom,
    quantity: Exact,
) -> Result<Vec<ByProductOutput>, ExplodeError> {
    let known = |product| boms.product(product).ok_or(ExplodeError::UnknownProduct { product });
    let runs = runs(boms, bom, known(bom.product)?.stock_unit, quantity)?;
    let outputs = bom.by_products.iter().map(|out| {
        let product = out.product;
        let stock_unit = known(product)?.stock_unit;
        let unit = boms.unit(out.unit).ok_or(ExplodeError::UnknownUnit { product, unit: out.unit })?;
        let per_run = unit.convert(out.quantity.exact(), stock_unit);
        let per_run = per_run.map_err(|source| ExplodeError::Unit { product, source })?;
        let in_quantity = |source| ExplodeError::Quantity { product, source };
        let exact = per_run.mul(runs).map_err(in_quantity)?;
        let rounded = stock_unit.round_output(exact).map_err(in_quantity)?;
        Ok(ByProductOutput { product, exact, rounded, cost_share: out.cost_share })
    });
    outputs.collect()
}

struct Explosion<'a, B> {
    boms: &'a B,
    path: Vec<ProductId>,
    lines: usize,
    places: IdMap<(ProductId, Option<u32>, bool), usize>,
    found: Vec<Found<'a>>,
    /// The lines themselves, when somebody asks for them.
    told: Option<Vec<LineRequirement>>,
}

/// What the outermost kit says of all that is in it.
#[derive(Clone, Copy)]
struct InKit {
    operation_sequence: Option<u32>,
    is_fixed: bool,
}

struct Found<'a> {
    component: ProductId,
    operation_sequence: Option<u32>,
    is_fixed: bool,
    exact: Exact,
    unit: &'a Unit,
}

impl<'a, B: BomSource> Explosion<'a, B> {
    fn of(boms: &'a B, told: Option<Vec<LineRequirement>>) -> Self {
        Self { boms, path: Vec::new(), lines: 0, places: IdMap::default(), found: Vec::new(), told }
    }

    fn requirements(self) -> Result<Vec<Requirement>, ExplodeError> {
        let rounded = self.found.into_iter().map(|found| {
            let Found { component, operation_sequence, is_fixed, exact, unit } = found;
            let in_quantity = |source| ExplodeError::Quantity { product: component, source };
            let rounded = unit.round_need(exact).map_err(in_quantity)?;
            Ok(Requirement { component, operation_sequence, is_fixed, exact, rounded })
        });
        rounded.collect()
    }

    fn tell(&mut self, component: ProductId, exact: Exact, requirement: Option<usize>) {
        let depth = self.path.len().saturating_sub(1);
        if let Some(told) = &mut self.told {
            told.push(LineRequirement { depth, component, exact, requirement });
        }
    }

    fn take_lines(&mut self, bom: &Bom, quantity: Exact, kit: Option<InKit>) -> Result<(), ExplodeError> {
        let product = bom.product;
        if let Some(start) = self.path.iter().position(|&above| above == product) {
            let path = self.path.iter().skip(start).copied().chain([product]).collect();
            return Err(ExplodeError::Cycle { path });
        }
        if u32::try_from(self.path.len()).is_ok_and(|depth| depth >= BOM_DEPTH_MAX) {
            return Err(ExplodeError::TooDeep { product });
        }
        self.path.push(product);
        let stock_unit = self.boms.product(product).ok_or(ExplodeError::UnknownProduct { product })?.stock_unit;
        let runs = runs(self.boms, bom, stock_unit, quantity)?;
        for line in &bom.lines {
            self.take_line(line, runs, kit)?;
        }
        self.path.pop();
        Ok(())
    }

    fn take_line(&mut self, line: &BomLine, runs: Exact, kit: Option<InKit>) -> Result<(), ExplodeError> {
        self.lines = self.lines.saturating_add(1);
        if self.lines > EXPLODED_LINES_MAX {
            return Err(ExplodeError::TooManyLines);
        }
        let product = line.component;
        let known = self.boms.product(product).ok_or(ExplodeError::UnknownProduct { product })?;
        let need = line_need(self.boms, line, known.stock_unit, runs)?;
        let operation_sequence = kit.map_or(line.operation_sequence, |kit| kit.operation_sequence);
        let is_fixed = line.is_fixed || kit.is_some_and(|kit| kit.is_fixed);
        if let Some(below) = known.bom.filter(|bom| bom.bom_type == BomType::Kit) {
            self.tell(product, need, None);
            return self.take_lines(below, need, Some(InKit { operation_sequence, is_fixed }));
        }
        let found = Found { component: product, operation_sequence, is_fixed, exact: need, unit: known.stock_unit };
        let place = self.merge(found)?;
        self.tell(product, need, Some(place));
        Ok(())
    }

    /// The place of the need that this became a part of.
    fn merge(&mut self, found: Found<'a>) -> Result<usize, ExplodeError> {
        let key = (found.component, found.operation_sequence, found.is_fixed);
        let place = *self.places.entry(key).or_insert(self.found.len());
        match self.found.get_mut(place) {
            Some(earlier) => {
                let sum = earlier.exact.add(found.exact);
                earlier.exact = sum.map_err(|source| ExplodeError::Quantity { product: found.component, source })?;
            }
            None => self.found.push(found),
        }
        Ok(place)
    }
}

/// What `quantity` (in the product's stock unit) needs over all levels, kits replaced, nothing netted against stock:
/// everything that must be made on the way, and at the end what is bought. By rising level.
///
/// A fixed line counts once for each product that has it, as if all of that product were made in one order.
///
/// # Errors
/// [`ExplodeError`]
pub fn explode_multi_level(
    boms: &impl BomSource,
    product: ProductId,
    quantity: Exact,
) -> Result<Vec<MultiLevelRequirement>, ExplodeError> {
    let known = boms.product(product).ok_or(ExplodeError::UnknownProduct { product })?;
    if known.bom.is_none() {
        return Err(ExplodeError::NoBom { product });
    }
    let mut graph = Graph::below(boms, product)?;
    let order = graph.send_down(quantity)?;
    graph.requirements(&order)
}

/// Every product below the top once, with its needs.
///
/// Products are met level by level, and served in about the same order, so that lines and nodes are read one after
/// another: a large explosion waits for memory more than it calculates.
struct Graph<'a, B> {
    boms: &'a B,
    /// By the place of a product in the source: one more than the place of its node, and 0 for products not met yet.
    met: Vec<usize>,
    nodes: Vec<Node<'a>>,
    /// The places of the components, one per line, one node after another.
    children: Vec<usize>,
}

struct Node<'a> {
    product: ProductId,
    stock_unit: &'a Unit,
    bom: Option<&'a Bom>,
    need: Exact,
    first_child: usize,
    level: u32,
    /// How many lines above have not said yet what they need of it.
    waits_for: u32,
}

impl<'a, B: BomSource> Graph<'a, B> {
    fn below(boms: &'a B, product: ProductId) -> Result<Self, ExplodeError> {
        let count = boms.product_count();
        let (met, nodes, children) = (vec![0; count], Vec::with_capacity(count), Vec::with_capacity(count));
        let mut graph = Self { boms, met, nodes, children };
        let top = boms.product(product).ok_or(ExplodeError::UnknownProduct { product })?;
        graph.meet(product, top);
        let mut place = 0;
        while let Some(node) = graph.nodes.get_mut(place) {
            node.first_child = graph.children.len();
            for line in node.lines() {
                let known =
                    boms.product(line.component).ok_or(ExplodeError::UnknownProduct { product: line.component })?;
                let child = graph.meet(line.component, known);
                graph.children.push(child);
                if let Some(component) = graph.nodes.get_mut(child) {
                    component.waits_for += 1;
                }
            }
            place += 1;
        }
        Ok(graph)
    }

    /// The place of a product's node, which is made when it is met for the first time.
    fn meet(&mut self, product: ProductId, known: BomProduct<'a>) -> usize {
        if known.place >= self.met.len() {
            self.met.resize(known.place + 1, 0);
        }
        let next = self.nodes.len();
        match self.met.get_mut(known.place) {
            Some(met) if *met > 0 => return *met - 1,
            Some(met) => *met = next + 1,
            None => {}
        }
        let (stock_unit, bom) = (known.stock_unit, known.bom);
        let (need, first_child, level, waits_for) = (Exact::ZERO, 0, 0, 0);
        self.nodes.push(Node { product, stock_unit, bom, need, first_child, level, waits_for });
        next
    }

    /// Adds to every component what the products above it need. A product is served once all lines that need it have been
    /// added up, so products come out by rising level, which is along the longest way.
    fn send_down(&mut self, quantity: Exact) -> Result<Vec<usize>, ExplodeError> {
        let mut order = Vec::with_capacity(self.nodes.len());
        if let Some(top) = self.nodes.first_mut() {
            top.need = quantity;
            order.extend((top.waits_for == 0).then_some(0));
        }
        let mut served = 0;
        while let Some(node) = order.get(served).and_then(|&place: &usize| self.nodes.get(place)) {
            served += 1;
            let Some(bom) = node.bom else { continue };
            let (level, first_child) = (node.level + 1, node.first_child);
            let runs = runs(self.boms, bom, node.stock_unit, node.need)?;
            let children = self.children.get(first_child..).unwrap_or_default();
            for (line, &child) in bom.lines.iter().zip(children) {
                let Some(component) = self.nodes.get_mut(child) else { continue };
                if level > BOM_DEPTH_MAX {
                    return Err(ExplodeError::TooDeep { product: component.product });
                }
                let need = line_need(self.boms, line, component.stock_unit, runs)?;
                let sum = if component.need.is_zero() { Ok(need) } else { component.need.add(need) };
                component.need = sum.map_err(|source| ExplodeError::Quantity { product: component.product, source })?;
                component.level = level;
                component.waits_for -= 1;
                order.extend((component.waits_for == 0).then_some(child));
            }
        }
        if served < self.nodes.len() { Err(ExplodeError::Cycle { path: self.cycle() }) } else { Ok(order) }
    }

    fn requirements(&self, order: &[usize]) -> Result<Vec<MultiLevelRequirement>, ExplodeError> {
        let is_kit = |node: &&Node<'_>| node.bom.is_some_and(|bom| bom.bom_type == BomType::Kit);
        let below = order.iter().skip(1).filter_map(|&place| self.nodes.get(place)).filter(|node| !is_kit(node));
        let mut requirements = Vec::with_capacity(order.len());
        for node in below {
            let rounded = node.stock_unit.round_need(node.need);
            requirements.push(MultiLevelRequirement {
                component: node.product,
                level: node.level,
                is_bought: node.bom.is_none(),
                exact: node.need,
                rounded: rounded.map_err(|source| ExplodeError::Quantity { product: node.product, source })?,
            });
        }
        Ok(requirements)
    }

    /// A cycle among the products that wait for ever. Each has one above it that waits, too, so whoever goes up far
    /// enough is on a cycle.
    fn cycle(&self) -> Vec<ProductId> {
        let waiting = || self.nodes.iter().enumerate().filter(|(_, node)| node.waits_for > 0);
        let mut above = vec![0; self.nodes.len()];
        for (place, node) in waiting() {
            for &child in self.children.iter().skip(node.first_child).take(node.lines().len()) {
                if let Some(above) = above.get_mut(child) {
                    *above = place;
                }
            }
        }
        let go_up = |place: &usize| above.get(*place).copied();
        let first = waiting().next().map(|(place, _)| place);
        let start = std::iter::successors(first, go_up).nth(self.nodes.len());
        let around = std::iter::successors(start, go_up).skip(1).take_while(|place| Some(*place) != start);
        let mut path: Vec<usize> = start.into_iter().chain(around).chain(start).collect();
        path.reverse();
        path.into_iter().filter_map(|place| self.nodes.get(place)).map(|node| node.product).collect()
    }
}

impl<'a> Node<'a> {
    fn lines(&self) -> &'a [BomLine] {
        self.bom.map_or(&[], |bom| bom.lines.as_slice())
    }
}

/// How many runs make `quantity` (in the product's stock unit); a part of a run counts as that part.
fn runs(boms: &impl BomSource, bom: &Bom, stock_unit: &Unit, quantity: Exact) -> Result<Exact, ExplodeError> {
    let product = bom.product;
    let in_bom_unit = if bom.unit == stock_unit.id() {
        quantity
    } else {
        let unit = boms.unit(bom.unit).ok_or(ExplodeError::UnknownUnit { product, unit: bom.unit })?;
        stock_unit.convert(quantity, unit).map_err(|source| ExplodeError::Unit { product, source })?
    };
    in_bom_unit.div(bom.quantity.exact()).map_err(|source| ExplodeError::Quantity { product, source })
}

/// What `runs` runs need of a line, in the component's stock unit.
pub(crate) fn line_need(
    boms: &impl BomSource,
    line: &BomLine,
    stock_unit: &Unit,
    runs: Exact,
) -> Result<Exact, ExplodeError> {
    let product = line.component;
    let mut need = line.quantity.exact();
    if line.unit != stock_unit.id() {
        let unit = boms.unit(line.unit).ok_or(ExplodeError::UnknownUnit { product, unit: line.unit })?;
        need = unit.convert(need, stock_unit).map_err(|source| ExplodeError::Unit { product, source })?;
    }
    if line.is_fixed {
        return Ok(need);
    }
    let need = if line.loss == LossPercent::NONE {
        need.mul(runs)
    } else {
        line.loss.factor().and_then(|factor| need.mul(factor)).and_then(|need| need.mul(runs))
    };
    need.map_err(|source| ExplodeError::Quantity { product, source })
}

pub(crate) fn shown_path(path: &[ProductId]) -> String {
    path.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → ")
}
