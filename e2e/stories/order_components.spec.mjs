// One order's components are changed, each time with a reason, and the BoM change log remembers it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

test("changes of an order's components stand in the BoM change log", { timeout: 60_000 }, () => story("components", async (browser) => {
  const planner = await Person.logIn(browser, "planner");
  const { page } = planner;
  const order = await planner.order("TABLE-01", "1", "confirmed");
  await planner.open(`${PATHS.orders}/${order.id}`);
  const row = (name) => page.locator("table.components tbody tr").filter({ hasText: name }).first();

  await choose(planner, "Steel tube", "Change need");
  await planner.fill("Needed", "4.5", planner.dialog());
  await planner.press("Change", planner.dialog());
  await planner.dialog().getByText("Fill this in").first().waitFor();
  await answer(planner, "Longer legs", "Change");
  assert.match(await row("Steel tube").innerText(), /4\.5/);

  await choose(planner, "Powder paint", "Put another component in its place");
  await planner.choose("Other component", "Bolt M8", planner.dialog());
  await planner.fill("Needed", "4", planner.dialog());
  await answer(planner, "No paint wanted", "Change");
  await row("Bolt M8").waitFor();
  await row("Powder paint").waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Add a component to this order only" }).click();
  await planner.choose("Component", "Plastic foot", planner.dialog());
  await planner.fill("Needed", "4", planner.dialog());
  await answer(planner, "Customer asked for feet", "Add");
  await row("Plastic foot").waitFor();

  await planner.tab("BoM change log");
  const entries = page.locator("main.main tbody tr");
  for (const [kind, reason] of [
    ["Need changed", "Longer legs"], ["Component replaced", "No paint wanted"], ["Component added", "Customer asked for feet"],
  ]) {
    const entry = entries.filter({ hasText: reason });
    await entry.waitFor();
    const text = await entry.innerText();
    assert.match(text, new RegExp(kind));
    assert.match(text, /Ioana Pop/);
  }
  planner.assertCalm();
}));

/** Opens the menu of a component and takes one of its commands. */
async function choose(planner, component, command) {
  const { page } = planner;
  const row = page.locator("table.components tbody tr").filter({ hasText: component }).first();
  await row.getByRole("button", { name: /^Actions on/ }).click();
  await page.getByRole("menuitem", { name: command }).click();
  await planner.dialog().locator(".form").waitFor();
}

async function answer(planner, reason, verb) {
  await planner.fill("Reason", reason, planner.dialog());
  await planner.press(verb, planner.dialog());
  await planner.dialog().waitFor({ state: "detached" });
}
