// A real Chromium that counts every error on a page as a failure, and looks at each page
// narrow and wide, light and dark, with axe-core.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PROGRAMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const VIEWS = [390, 1280].flatMap((width) =>
  ["light", "dark"].map((colorScheme) => ({ width, height: width > 1000 ? 900 : 844, colorScheme })));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCREENSHOTS = process.env.E2E_SCREENSHOTS;

let browser;

/** Starts the browser once. */
export async function start() {
  const executablePath = process.env.E2E_CHROMIUM ?? PROGRAMS.find((path) => existsSync(path));
  if (!executablePath) throw new Error("Chromium is not there: apt-get install chromium");
  if (SCREENSHOTS) mkdirSync(SCREENSHOTS, { recursive: true });
  browser = await chromium.launch({ executablePath, args: FLAGS });
}

/** Ends it. */
export async function stop() {
  await browser?.close();
}

/**
 * Lets somebody with an empty browser profile do something; fails on anything that the browser
 * complains about. `apps` are origins of apps that do not exist: they get an empty page;
 * `expected` matches complaints that are meant to come.
 */
export async function visit(body, { apps = [], expected, ...options } = {}) {
  const context = await browser.newContext({ locale: "en-US", ...options });
  context.setDefaultTimeout(15_000);
  for (const origin of apps) {
    await context.route(`${origin}/**`, (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>app</title><p>The app" }));
  }
  const complaints = [];
  context.on("page", (page) => listen(page, complaints));
  try {
    const page = await context.newPage();
    await body(page, context);
  } catch (error) {
    const page = context.pages()[0];
    const text = await page?.innerText("body").catch(() => "");
    error.message += `\nat ${page?.url()}: ${text?.replace(/\s+/g, " ").slice(0, 400)}`;
    throw error;
  } finally {
    await context.close();
  }
  const faults = complaints.filter((line) => !expected?.test(line));
  if (faults.length > 0) throw new Error(`the browser complained: ${faults.join(" | ")}`);
}

function listen(page, complaints) {
  page.on("pageerror", (error) => complaints.push(`script error: ${error.message}`));
  page.on("console", (line) => {
    // A form that comes back with status 400 is said here too; parts of a page are judged below.
    if (line.type() === "error" && !line.text().startsWith("Failed to load resource")) {
      complaints.push(`${line.text()} (${page.url()})`);
    }
  });
  page.on("response", (answer) => {
    const part = answer.request().resourceType() !== "document";
    if (part && answer.status() >= 400) complaints.push(`${answer.status()} ${answer.url()}`);
  });
}

/** Looks at the page in all sizes and colours: axe, no sideways scrolling, a picture. */
export async function inspect(page, name) {
  await page.waitForLoadState("load");
  const before = page.viewportSize();
  await page.evaluate(AXE);
  for (const { width, height, colorScheme } of VIEWS) {
    const view = `${name}-${width}-${colorScheme}`;
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await fits(page, view);
    const bad = await violations(page);
    if (bad.length > 0) throw new Error(`${view}: ${bad.join(" | ")}`);
    if (!SCREENSHOTS) continue;
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: join(SCREENSHOTS, `${view}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 320, height: 568 });
  await fits(page, `${name}-320`);
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: "light" });
}

async function fits(page, view) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) throw new Error(`${view}: ${wide} pixels wider than the window`);
}

/** What axe-core finds wrong. The rest of its report is many times as long and takes longer than its rules: it is not made. */
async function violations(page) {
  const found = await page.evaluate(async () => {
    const { violations: all } = await globalThis.axe.run({ resultTypes: ["violations"], selectors: false });
    return all.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 120)) }));
  });
  return found.map(({ id, nodes }) => `${id}: ${nodes.join(", ")}`);
}
