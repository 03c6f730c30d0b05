// A unit that is used says so before anybody tries to change it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

test("a unit in use says by what and locks what gives amounts their meaning", { timeout: 60_000 }, () => story("unit-in-use", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const unit = (await manager.product("TUBE-40")).unit_id;
  await manager.open(`${PATHS.setting}?tab=units&record=${unit}`);
  const dialog = manager.dialog();
  await dialog.getByText(/Used by \d+ product/).waitFor();
  for (const label of ["Category", "One unit is", "divided by", "Rounding step"]) {
    const field = manager.field(label, dialog);
    assert.equal((await field.isDisabled()) || (await field.getAttribute("readonly")) !== null, true, label);
  }
  assert.equal(await manager.field("Name", dialog).isEditable(), true);
  await manager.picture("unit-in-use");
  manager.assertCalm();
}));
