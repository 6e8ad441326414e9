// Looks at HTML fragments as tools for accessibility do, and says what each found. Reads {fragments, geometry, ssml} as
// JSON from standard input, writes the findings as JSON. Nothing is fetched: pages are set, not opened.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";
import { JSDOM } from "jsdom";
import ssmlCheck from "ssml-check-core";

const require = createRequire(import.meta.url);
const asked = JSON.parse(readFileSync(0, "utf8"));

const page = (fragment) =>
  `<!doctype html><html lang="en"><head><title>Page</title></head><body><main><h1>Page</h1>${fragment}</main></body></html>`;

async function inBrowser(fragments, geometry) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  try {
    const tab = await browser.newPage();
    await tab.route("**", (route) => route.abort());
    const axe = {};
    for (const [name, fragment] of Object.entries(fragments)) {
      await tab.setContent(page(fragment), { waitUntil: "domcontentloaded" });
      await tab.addScriptTag({ path: require.resolve("axe-core/axe.min.js") });
      const { violations } = await tab.evaluate(() => window.axe.run(document));
      axe[name] = violations.map((violation) => violation.id);
    }
    const places = {};
    for (const [name, { fragment, texts }] of Object.entries(geometry)) {
      await tab.setContent(page(fragment), { waitUntil: "domcontentloaded" });
      places[name] = await tab.evaluate((wanted) => {
        const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
        const found = {};
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          for (const text of wanted) {
            const start = node.data.indexOf(text);
            if (start < 0) continue;
            const range = document.createRange();
            range.setStart(node, start);
            range.setEnd(node, start + text.length);
            found[text] = range.getBoundingClientRect().x;
          }
        }
        return found;
      }, texts);
    }
    return { axe, places };
  } finally {
    await browser.close();
  }
}

async function spoken(fragments) {
  const log = {};
  for (const [name, fragment] of Object.entries(fragments)) {
    const dom = new JSDOM(page(fragment));
    for (const key of ["window", "document", "Node", "Element", "HTMLElement", "MutationObserver", "CustomEvent"]) {
      globalThis[key] = key === "window" ? dom.window : dom.window[key];
    }
    const { virtual } = await import("@guidepup/virtual-screen-reader");
    await virtual.start({ container: dom.window.document.querySelector("main"), window: dom.window });
    for (let step = 0; step < 200 && (await virtual.lastSpokenPhrase()) !== "end of main"; step += 1) {
      await virtual.next();
    }
    log[name] = await virtual.spokenPhraseLog();
    await virtual.stop();
  }
  return log;
}

// A fragment has no doctype, and the numbers people dial have blanks in them.
const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: { "missing-doctype": "off", "doctype-style": "off", "tel-non-breaking": "off", "no-inline-style": "error" },
});

async function valid(fragments) {
  const found = {};
  for (const [name, fragment] of Object.entries(fragments)) {
    const report = await validator.validateString(fragment);
    found[name] = report.results.flatMap((result) => result.messages.map((message) => message.ruleId));
  }
  return found;
}

async function speech(documents) {
  const found = {};
  for (const [name, { platform, content }] of Object.entries(documents)) {
    found[name] = (await ssmlCheck.check(content, { platform })) ?? [];
  }
  return found;
}

const { axe, places } = await inBrowser(asked.fragments, asked.geometry);
const answer = {
  axe,
  places,
  valid: await valid(asked.fragments),
  spoken: await spoken(asked.read),
  ssml: await speech(asked.ssml),
};
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
