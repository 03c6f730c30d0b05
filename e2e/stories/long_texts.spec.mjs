// Every text has room: the office speaks English that is a third longer, and on no screen may a word of it be cut off or
// push the page to the side. Where rows are as high as each other, in cells and in what stands beside a name, a text may
// end in dots; then pointing at it says all of it. So may what people typed themselves. And no text lies over another one, or
// over a field, in English or in Romanian.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Person, story } from "../office.mjs";
import { eachScreen } from "../screens.mjs";

test("texts that are a third longer have room on every screen", { timeout: 240_000 }, () => story("long-texts", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { language: "en-XA" });
  const found = [];
  let count = 0;
  await eachScreen(manager, async (name) => {
    const { cut, words } = await manager.page.evaluate(cutTexts);
    assert.ok(words > 2, `${name} speaks the long language: ${words} texts`);
    found.push(...cut.map((text) => `${name}: ${text}`));
    count += 1;
  });
  console.log(`${count} screens with long texts, ${found.length} findings`);
  assert.deepEqual(found, []);
  manager.assertCalm();
}));

test("a text that is cut off would be found", { timeout: 60_000 }, () => story("long-texts-itself", async (browser) => {
  const page = await (await browser.newContext({ viewport: { width: 800, height: 600 } })).newPage();
  await page.setContent(`<main>
    <button style="width: 60px; overflow: hidden; white-space: nowrap">[Čóñfírm órdér~~~]</button>
    <div style="width: 50px; overflow: hidden"><b style="white-space: nowrap">[Ñót éñóúgh róóm~~~]</b></div>
    <p style="width: 60px; overflow: hidden; white-space: nowrap">A product that somebody named</p>
    <p>[Á fíñé téxt~~~~]</p></main>`);
  const { cut } = await page.evaluate(cutTexts);
  assert.equal(cut.length, 2, String(cut));
}));

for (const language of ["en", "ro"]) {
  test(`no text lies over another one (${language})`, { timeout: 240_000 }, () => story(`overlaps-${language}`, async (browser) => {
    const manager = await Person.logIn(browser, "manager", { language });
    const found = [];
    await eachScreen(manager, async (name) => {
      const over = await manager.page.evaluate(overlaps);
      found.push(...over.map((text) => `${name}: ${text}`));
    });
    assert.deepEqual(found, []);
    manager.assertCalm();
  }));
}

test("a text that lies over a field would be found", { timeout: 60_000 }, () => story("overlaps-itself", async (browser) => {
  const page = await (await browser.newContext({ viewport: { width: 800, height: 600 } })).newPage();
  await page.setContent(`<main>
    <div style="display: grid; grid-template-columns: 60px 60px; gap: 8px">
      <label style="white-space: nowrap">The next one may begin after <input style="width: 50px"></label>
      <label style="white-space: nowrap">Instructions <input style="width: 50px"></label>
    </div>
    <div style="overflow: hidden; height: 20px"><p>Seen</p><p>Scrolled away</p></div><p>Below it</p></main>`);
  const over = await page.evaluate(overlaps);
  assert.ok(over.some((text) => text.includes("The next one") && text.includes("Instructions")), String(over));
  assert.ok(!over.some((text) => text.includes("Below it")), String(over));
}));

/** Runs in the page: pairs of texts, or of a text and a field, of which one lies over the other. */
function overlaps() {
  const top = document.querySelector("dialog[open]") ?? document.body;
  const boxes = [];
  const isShown = (element) => element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })
    && !element.closest(".sr-only, [aria-hidden='true'], option, select");
  // What moves on its own layer is meant to lie over what scrolls below it.
  const layer = (element) => {
    for (let box = element; box && box !== top; box = box.parentElement) {
      if (["sticky", "fixed", "absolute"].includes(getComputedStyle(box).position)) return box;
    }
    return null;
  };
  const add = (element, frame, text, within) => {
    let { left, top: upper, right, bottom } = frame;
    for (let box = within; box && box !== top; box = box.parentElement) {
      if (getComputedStyle(box).overflow === "visible") continue;
      const clip = box.getBoundingClientRect();
      [left, upper, right, bottom] = [Math.max(left, clip.left), Math.max(upper, clip.top), Math.min(right, clip.right), Math.min(bottom, clip.bottom)];
    }
    if (right - left > 2 && bottom - upper > 2) boxes.push({ left, upper, right, bottom, text, element, layer: layer(element) });
  };
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode: node } = walker;
    if (!node.data.trim() || !isShown(node.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) add(node.parentElement, line, node.data.trim(), node.parentElement);
  }
  for (const field of top.querySelectorAll("input, textarea")) {
    if (["checkbox", "radio", "file"].includes(field.type) || !isShown(field)) continue;
    add(field, field.getBoundingClientRect(), `field ${field.id || field.getAttribute("aria-label") || ""}`, field.parentElement);
  }
  const found = new Set();
  for (const [place, one] of boxes.entries()) {
    for (const other of boxes.slice(place + 1)) {
      if (one.element === other.element || one.layer !== other.layer) continue;
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.upper, other.upper);
      if (across > 3 && down > 4) found.add(`"${one.text.slice(0, 40)}" and "${other.text.slice(0, 40)}" lie over each other`);
    }
  }
  return [...found].slice(0, 8);
}

/** Runs in the page: texts of the long language that nobody can read whole, and how many there are. */
function cutTexts() {
  const DOTS = "td, .crumbs li, .ellipsis, .state-word, .bom-applies, .paste-why, .bom-cell";
  const says = (element, text) => {
    element.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    for (let above = element; above; above = above.parentElement) {
      // A tooltip of the page's own says more than the text does.
      const isOwn = above.matches(DOTS) && above.hasAttribute("title") && !above.hasAttribute("data-cut");
      if (isOwn || above.getAttribute("title")?.includes(text)) return true;
    }
    return false;
  };
  const [cut, seen] = [[], new Set()];
  let words = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const top = document.querySelector("dialog[open]");
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!/~\]/.test(node.data) || !element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })) continue;
    if (top && !top.contains(element)) continue;
    if (element.closest(".sr-only, [aria-hidden='true']")) continue;
    words += 1;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter((line) => line.width > 0);
    const right = Math.max(...lines.map((line) => line.right));
    const left = Math.min(...lines.map((line) => line.left));
    for (let box = element; box && box !== document.documentElement; box = box.parentElement) {
      const style = getComputedStyle(box);
      // What scrolls can be scrolled to.
      if (style.overflowX === "auto" || style.overflowX === "scroll") break;
      const frame = box.getBoundingClientRect();
      const isCut = style.overflowX !== "visible" && (right > frame.right + 1 || left < frame.left - 1);
      const isOver = style.display === "table-cell" && right > frame.right + 1;
      if (!isCut && !isOver) continue;
      if (element.closest(DOTS) && says(element, node.data.trim())) break;
      const where = `${box.tagName.toLowerCase()}${[...box.classList].map((name) => `.${name}`).join("")}`;
      const words = `"${node.data.trim()}" by ${Math.round(right - frame.right)} px in ${where}`;
      if (!seen.has(words)) cut.push(words);
      seen.add(words);
      break;
    }
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) {
    cut.push(`the page is ${document.documentElement.scrollWidth - innerWidth} px too wide`);
  }
  return { cut, words };
}
