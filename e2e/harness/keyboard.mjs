// A person without a mouse: only keys, and the focus must be seen at each stop.

import assert from "node:assert/strict";

/** More stops than any page has between two things. */
const FAR = 120;

/** Name of what has the focus, and whether a person sees that it has it; `null` if it is the page itself. */
export function focused(page) {
  return page.evaluate(() => {
    const it = document.activeElement;
    if (!it || it === document.body || it === document.documentElement) return null;
    const isMarked = (part) => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(part);
      return outlineStyle !== "none" && parseFloat(outlineWidth) > 0 && !/, 0\)$|transparent/.test(outlineColor);
    };
    // A code is one field over cells that are only drawn: these are marked.
    const marked = [it, ...(it.closest(".cells")?.querySelectorAll("i") ?? [])];
    const { top, bottom, left, right, width, height } = it.getBoundingClientRect();
    const isInside = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth && width > 0 && height > 0;
    const name = it.getAttribute("aria-label") ?? it.labels?.[0]?.innerText ?? (it.innerText || it.value);
    return { name: name.replace(/\s+/g, " ").trim(), isMarked: marked.some(isMarked), isInside };
  });
}

/** Demands that the focus is seen, and returns the name of what has it. */
async function stop(page) {
  const it = await focused(page);
  if (!it) return null;
  assert.ok(it.isMarked, `nothing marks that “${it.name}” has the focus at ${page.url()}`);
  assert.ok(it.isInside, `“${it.name}” has the focus outside of the window at ${page.url()}`);
  return it.name;
}

const has = (target) => target.evaluate((it) => it === document.activeElement);

/** Goes on with Tab (or back with Shift+Tab) until something of this name, or this itself, has the focus. */
export async function reach(page, target, { back = false } = {}) {
  if (typeof target !== "string") await target.waitFor();
  const passed = [];
  for (let stops = 0; stops < FAR; stops += 1) {
    // By its name the next one is meant; a field may have the focus already.
    if (typeof target === "string") await page.keyboard.press("Tab");
    const name = await stop(page);
    if (typeof target === "string" ? name === target : await has(target)) return;
    passed.push(name);
    if (typeof target !== "string") await page.keyboard.press(back ? "Shift+Tab" : "Tab");
  }
  throw new Error(`Tab does not lead to ${target} at ${page.url()}: ${passed.join(" | ")}`);
}

/** Goes to something and presses this key there. */
export async function press(page, target, key = "Enter") {
  await reach(page, target);
  await page.keyboard.press(key);
}

/** Goes to something and presses Enter; waits for the page it leads to. */
export async function go(page, target) {
  await reach(page, target);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

/** Goes to a field and types into it, over what stood there. */
export async function type(page, target, text, options) {
  await reach(page, target, options);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
}

/** Chooses one of a group of radio buttons: Tab to the group, arrows in it. */
export async function choose(page, target) {
  const group = await target.getAttribute("name");
  const isInGroup = () => page.evaluate((name) => document.activeElement?.name === name, group);
  for (let stops = 0; !(await isInGroup()); stops += 1) {
    assert.ok(stops < FAR, `Tab does not lead to the group ${group}`);
    await page.keyboard.press("Tab");
    await stop(page);
  }
  for (let steps = 0; !(await has(target)); steps += 1) {
    assert.ok(steps < 12, `arrows do not lead to ${target}`);
    await page.keyboard.press("ArrowDown");
    await stop(page);
  }
  await page.keyboard.press("Space");
  assert.ok(await target.isChecked());
}
