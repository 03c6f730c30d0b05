// The office speaks Romanian to the last word: on no screen does a Romanian see a text of the office in English. Texts are
// compared with those of `frontend/i18n`; what people typed themselves stays as they typed it.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { Person, story } from "../office.mjs";
import { eachScreen } from "../screens.mjs";

/** Records of the demonstration that are called like a text of the office. */
const NAMES = new Set(["Pieces", "Time", "Products", "Components", "Low", "High"]);

test("no text of the office is English where Romanian is spoken", { timeout: 240_000 }, () => story("romanian", async (browser) => {
  const english = onlyEnglish();
  assert.ok(english.size > 1_000, `${english.size} texts to look for`);
  const manager = await Person.logIn(browser, "manager", { language: "ro" });
  const found = new Set();
  let count = 0;
  await eachScreen(manager, async (name) => {
    const said = await manager.page.evaluate(texts);
    for (const text of said) {
      if (english.has(text) && !NAMES.has(text)) found.add(`${name}: ${text}`);
    }
    count += said.length;
  });
  console.log(`${count} texts in Romanian, ${found.size} of them English`);
  assert.deepEqual([...found], []);
  manager.assertCalm();
}));

test("an English text would be found", { timeout: 60_000 }, () => story("romanian-itself", async (browser) => {
  const page = await (await browser.newContext()).newPage();
  await page.setContent(`<main><p>Confirm</p><button aria-label="Clear filters"></button><input placeholder="Search"><p hidden>Reserved</p></main>`);
  const said = await page.evaluate(texts);
  for (const text of ["Confirm", "Clear filters", "Search"]) assert.ok(said.includes(text), `${text} among ${said}`);
  assert.ok(!said.includes("Reserved"));
}));

/** Texts of the office that no Romanian text equals: whoever reads one reads English. */
function onlyEnglish() {
  const folder = new URL("../../frontend/i18n/", import.meta.url);
  const [english, romanian] = [new Set(), new Set()];
  for (const file of readdirSync(folder)) {
    for (const [, language, forms] of readFileSync(new URL(file, folder), "utf8").matchAll(/\b(en|ro) = ("(?:[^"\\]|\\.)*"|\{[^}]*(?:\{[^}]*\}[^}]*)*\})/g)) {
      const said = language === "en" ? english : romanian;
      for (const [text] of forms.matchAll(/"(?:[^"\\]|\\.)*"/g)) said.add(JSON.parse(text));
    }
  }
  const words = [...english].filter((text) => !romanian.has(text) && !text.includes("{") && /\p{L}{3}/u.test(text));
  return new Set(words);
}

/** Runs in the page: every text that somebody can see, point at or hear. */
function texts() {
  const top = document.querySelector("dialog[open]") ?? document.body;
  const said = new Set();
  const isShown = (element) => element.checkVisibility({ checkVisibilityCSS: true });
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode: node } = walker;
    if (node.parentElement.closest("script, style, textarea, [lang]:not(html)")) continue;
    if (node.data.trim() && (isShown(node.parentElement) || node.parentElement.closest("option"))) said.add(node.data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder", "aria-valuetext"]) {
    for (const element of top.querySelectorAll(`[${name}]`)) {
      if (isShown(element)) said.add(element.getAttribute(name).trim());
    }
  }
  said.add(document.title.split(" · ")[0].trim());
  return [...said];
}
