// Two people change one order: the second one sees both versions beside each other and loses nothing that he typed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

test("a conflict shows both versions and keeps what was typed", { timeout: 60_000 }, () => story("conflict", async (browser) => {
  const [first, second] = [await Person.logIn(browser, "planner"), await Person.logIn(browser, "manager")];
  const order = await first.order("TABLE-01", "3");
  for (const person of [first, second]) {
    await person.open(`${PATHS.orders}/${order.id}`);
    await person.page.keyboard.press("e");
    await person.dialog().locator("#field-notes").waitFor();
  }

  await second.fill("Notes", "Typed by the second one");
  await second.fill("Quantity", "5");
  await first.fill("Notes", "Saved by the first one");
  await first.press("Save", first.dialog());
  await first.dialog().waitFor({ state: "detached" });

  await second.press("Save", second.dialog().first());
  const conflict = second.page.getByRole("dialog", { name: "Somebody else changed this meanwhile" });
  await conflict.waitFor();
  const notes = conflict.locator("table.compare tbody tr").filter({ hasText: "Notes" });
  assert.deepEqual(await notes.locator("td").allInnerTexts(), ["Saved by the first one", "Typed by the second one"]);
  const quantity = conflict.locator("table.compare tbody tr").filter({ hasText: "Quantity" });
  assert.deepEqual(await quantity.locator("td").allInnerTexts(), ["3", "5"]);

  // Looking away answers nothing and loses nothing.
  await second.page.keyboard.press("Escape");
  await conflict.waitFor({ state: "detached" });
  assert.equal(await second.field("Notes").inputValue(), "Typed by the second one");
  await second.press("Save", second.dialog().first());
  await conflict.waitFor();
  await second.press("Keep mine and save", conflict);
  await second.page.locator("dialog[open]").waitFor({ state: "detached" });

  const saved = await first.call("GET", `/manufacturing-orders/${order.id}`);
  assert.equal(saved.notes, "Typed by the second one");
  assert.equal(Number(saved.quantity), 5);
  for (const person of [first, second]) person.assertCalm();
}));
