// Apps in the browser: bundled once, served at http://localhost, each with settings of its own.

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Serves the bundle of a file of `fixtures/` below `<origin>/<any name>/`, once that name has settings. */
export async function serveApp(file) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../fixtures/${file}`, import.meta.url))],
    bundle: true, write: false, format: "iife", platform: "browser", target: "es2022",
  });
  const settings = new Map();
  const web = createServer((request, answer) => {
    const [, name, script] = new URL(request.url, "http://localhost").pathname.split("/");
    if (!settings.has(name)) return answer.writeHead(name === "favicon.ico" ? 204 : 404).end();
    if (script === "app.js") {
      answer.setHeader("content-type", "text/javascript");
      return answer.end(outputFiles[0].contents);
    }
    answer.setHeader("content-type", "text/html");
    return answer.end(`<!doctype html><title>app</title><p>The app
      <script>globalThis.settings = ${JSON.stringify(settings.get(name))}</script><script src="app.js"></script>`);
  });
  await new Promise((ready) => web.listen(0, "127.0.0.1", ready));
  return { origin: `http://localhost:${web.address().port}`, settings, close: () => web.close() };
}

/** Calls a function of `globalThis.app` in the page and returns its answer. */
export function ask(page, name, ...values) {
  return page.evaluate(([called, given]) => globalThis.app[called](...given), [name, values]);
}

/** Calls a function of the app that leads away from the page. */
export function leave(page, name) {
  return page.evaluate((called) => { globalThis.app[called]().catch(() => {}); }, name);
}
