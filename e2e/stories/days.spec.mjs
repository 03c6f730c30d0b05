// Days are typed and read as people write them here, whatever language the browser speaks, or chosen in a calendar by keys.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

const CLOSURES = `${PATHS.setting}?tab=closures&record=new`;

test("a day is typed as it is written here, and what is no day is told at once", { timeout: 90_000 }, () => story("days-typed", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { language: "ro", theme: "dark" });
  const { page } = manager;
  const reason = unique("INVENTAR");
  await manager.open(CLOSURES);
  const dialog = manager.dialog();
  await manager.fill("Motiv", reason, dialog);
  const first = manager.field("Prima zi", dialog);
  assert.equal(await first.getAttribute("placeholder"), "24.12.2026");

  await first.fill("31.2.2032");
  await first.press("Tab");
  await manager.sees("Aceasta nu este o dată.", dialog);
  assert.equal(await first.inputValue(), "31.2.2032", "what was typed stays");
  assert.equal(await first.getAttribute("aria-invalid"), "true");
  await manager.picture("days-wrong-ro");

  await first.fill("1.12.32");
  await first.press("Tab");
  assert.equal(await first.inputValue(), "01.12.2032");
  await dialog.getByText("Aceasta nu este o dată.").waitFor({ state: "detached" });
  await manager.fill("Ultima zi", "2032-12-02", dialog);
  await page.keyboard.press("Control+s");
  await dialog.waitFor({ state: "detached" });
  const { items } = await manager.call("GET", `/shop-closures?q=${reason}`);
  assert.deepEqual(items.map((item) => [item.date_from, item.date_until]), [["2032-12-01", "2032-12-02"]]);
  manager.assertCalm();
}));

test("a day is chosen in the calendar by keys alone", { timeout: 90_000 }, () => story("days-chosen", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  await manager.open(CLOSURES);
  const dialog = manager.dialog();
  const first = manager.field("First day", dialog);
  await first.fill("28/11/2031");
  await first.press("ArrowDown");
  const calendar = page.getByRole("dialog", { name: "Choose in the calendar" });
  await calendar.waitFor();
  const chosen = calendar.getByRole("button", { pressed: true });
  await chosen.waitFor();
  assert.equal(await chosen.innerText(), "28");
  await manager.picture("days-calendar");
  const focused = () => page.waitForFunction(() => document.activeElement?.matches(".day-grid button"));
  await focused();
  for (const key of ["ArrowDown", "PageDown", "Home"]) {
    await page.keyboard.press(key);
    await focused();
  }
  await page.keyboard.press("Enter");
  await calendar.waitFor({ state: "detached" });
  // A week on is 5 December, a month on 5 January, and the Monday of that week is the 5th.
  assert.equal(await first.inputValue(), "05/01/2032");
  assert.ok(await first.evaluate((input) => input === document.activeElement), "the field has the focus again");

  await dialog.locator(".day-input").first().getByRole("button", { name: "Choose in the calendar" }).click();
  await calendar.getByRole("button", { name: "Month after" }).click();
  await calendar.getByText("Feb 2032").waitFor();
  await page.keyboard.press("Escape");
  await calendar.waitFor({ state: "detached" });
  assert.equal(await dialog.count(), 1, "the form stays open");
  assert.equal(await first.inputValue(), "05/01/2032");
  manager.assertCalm();
}));

test("a moment keeps its time when another day is chosen", { timeout: 60_000 }, () => story("days-moment", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { path: `${PATHS.orders}/new` });
  await manager.settled();
  const deadline = manager.field("Deadline");
  await deadline.fill("28/11/2031 14:30");
  await deadline.press("ArrowDown");
  const calendar = manager.page.getByRole("dialog", { name: "Choose in the calendar" });
  await calendar.getByRole("button", { name: "Sun 30 Nov 2031" }).click();
  await calendar.waitFor({ state: "detached" });
  assert.equal(await deadline.inputValue(), "30/11/2031 14:30");
  manager.assertCalm();
}));
