// Visits the web page of a running service as people do: by keyboard, at 320 px, zoomed, in the dark, from right to left,
// through a screen reader. Reads {url, locales, fill, cards, shots} as JSON from standard input, writes what was found as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";
import { JSDOM } from "jsdom";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { url, locales, fill, cards, shots } = JSON.parse(readFileSync(0, "utf8"));
const origin = new URL(url).origin;
const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: { "doctype-style": "off", "tel-non-breaking": "off", "no-inline-style": "error", "long-title": "off" },
});
const AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const found = { axe: {}, valid: {}, wide: {}, elsewhere: [], shots: [] };

async function tabOf(options = {}) {
  const context = await browser.newContext(options);
  const tab = await context.newPage();
  tab.setDefaultTimeout(30_000);
  tab.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) found.elsewhere.push(request.url());
  });
  return tab;
}

async function examine(tab, name, response) {
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate(
    (tags) => window.axe.run(document, { runOnly: tags, rules: { "target-size": { enabled: true } } }),
    AA,
  );
  found.axe[name] = violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  const report = await validator.validateString(await response.text());
  found.valid[name] = report.results.flatMap((result) => result.messages.map((each) => `${each.ruleId}: ${each.message}`));
  found.wide[name] = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (shots) {
    await tab.screenshot({ path: `${shots}/${name.replaceAll(" ", "-")}.png`, fullPage: true });
  }
}

async function filled(tab, text, source, target) {
  await tab.fill("#text", text);
  await tab.selectOption("#source", source);
  await tab.selectOption("#target", target);
}

async function pressed(tab, button) {
  const [response] = await Promise.all([tab.waitForNavigation(), tab.click(`fieldset button[value="${button}"]`)]);
  return response;
}

async function ask(tab, name, button) {
  await filled(tab, fill.text, fill.source, fill.target);
  const response = await pressed(tab, button);
  for (const details of await tab.$$("details:not([open]) > summary")) await details.click();
  await examine(tab, name, response);
}

const phone = { viewport: { width: 320, height: 640 } };
const views = {
  "phone": phone,
  "zoomed to 200": { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  "zoomed to 400": { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 },
  "dark": { viewport: { width: 1000, height: 800 }, colorScheme: "dark" },
  "forced colours": { viewport: { width: 1000, height: 800 }, forcedColors: "active", colorScheme: "dark" },
};

// Every language as it is first seen, on a phone and in the light.
for (const locale of locales) {
  const tab = await tabOf(phone);
  await examine(tab, locale, await tab.goto(`${url}/?lang=${locale}`));
  await tab.context().close();
}
// Every kind of result, in every view in one of them.
for (const button of ["translate", "summarize", "simplify", "text.listen", "text.braille"]) {
  const tab = await tabOf(phone);
  await tab.goto(`${url}/?lang=es`);
  await ask(tab, `es ${button}`, button);
  await tab.context().close();
}
for (const [name, options] of Object.entries(views)) {
  const tab = await tabOf(options);
  await tab.goto(`${url}/?lang=ar`);
  await ask(tab, `ar ${name}`, "translate");
  await tab.context().close();
}
// The card of every model, as a browser asks for it: on a phone, from left and from right, and in the dark.
found.cards = {};
for (const card of cards) {
  for (const [name, options] of Object.entries({
    "es phone": { ...phone, locale: "es" },
    "ar phone": { ...phone, locale: "ar" },
    "en dark": { ...views.dark, locale: "en" },
  })) {
    const tab = await tabOf(options);
    await examine(tab, `card ${card} ${name}`, await tab.goto(`${url}/v1/models/${card}/card`));
    if (name === "es phone") found.cards[card] = await tab.content();
    await tab.context().close();
  }
}
{
  const tab = await tabOf({ viewport: { width: 1000, height: 800 } });
  await tab.goto(`${url}/?lang=es`);
  await tab.fill("#text", fill.text);
  await tab.selectOption("#source", fill.source);
  await examine(tab, "es mistake", await pressed(tab, "translate"));
  await tab.context().close();
}

// By keyboard alone and without scripts: skip the languages, write, choose, send, and arrive at the result.
{
  const tab = await tabOf({ viewport: { width: 1000, height: 800 }, javaScriptEnabled: false });
  await tab.goto(`${url}/?lang=es`);
  const here = () =>
    tab.evaluate(() => {
      const at = document.activeElement;
      const box = at.getBoundingClientRect();
      const style = getComputedStyle(at);
      return {
        name: at.id || at.value || at.className || at.tagName,
        // Of a tall field some lines are enough (WCAG 2.4.11).
        seen: box.top < innerHeight && box.bottom > 0 && box.left >= 0 && box.right <= innerWidth,
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      };
    });
  await tab.keyboard.press("Tab");
  found.walk = [await here()];
  await tab.keyboard.press("Enter");
  await tab.keyboard.press("Tab");
  found.walk.push(await here());
  await tab.keyboard.type(fill.text);
  await tab.keyboard.press("Tab");
  found.walk.push(await here());
  await tab.keyboard.type("espa");
  await tab.keyboard.press("Tab");
  found.walk.push(await here());
  await tab.keyboard.type("arag");
  await tab.keyboard.press("Tab");
  found.walk.push(await here());
  await Promise.all([tab.waitForNavigation(), tab.keyboard.press("Enter")]);
  found.arrived = await tab.evaluate(() => document.activeElement.id);
  found.title = await tab.title();
  await tab.keyboard.press("Tab");
  found.walk.push(await here());
  // All stops of the whole page, from the skip link until it comes again.
  found.stops = [];
  for (let step = 0, rounds = 0; step < 120 && rounds < 2; step += 1) {
    await tab.keyboard.press("Tab");
    const stop = await here();
    rounds += stop.name === "skip" ? 1 : 0;
    if (rounds === 1 && stop.name !== "BODY") found.stops.push(stop);
  }
  await tab.context().close();
}

// From right to left: labels, buttons and the text of a field start at the right; a foreign result does not.
{
  const tab = await tabOf({ viewport: { width: 1000, height: 800 } });
  const sides = () =>
    tab.evaluate(() => {
      const width = document.documentElement.clientWidth;
      const side = (selector) => {
        const at = document.querySelector(selector);
        if (!at) return null;
        const range = document.createRange();
        range.selectNodeContents(at);
        const box = range.getClientRects()[0];
        return box.left + box.width / 2 > width / 2 ? "right" : "left";
      };
      return { heading: side("h1"), label: side('label[for="text"]'), result: side("article p"), skip: side("legend") };
    });
  await tab.goto(`${url}/?lang=ar`);
  await filled(tab, fill.text, fill.source, fill.target);
  await pressed(tab, "translate");
  found.sides = { ar: await sides() };
  await tab.goto(`${url}/?lang=es`);
  await filled(tab, fill.text, fill.source, fill.target);
  await pressed(tab, "translate");
  found.sides.es = await sides();
  found.html = await tab.content();
  await tab.context().close();
}
await browser.close();

// What a screen reader says of the result and of the cards, from top to bottom.
async function spoken(html) {
  const dom = new JSDOM(html);
  for (const key of ["window", "document", "Node", "Element", "HTMLElement", "MutationObserver", "CustomEvent"]) {
    globalThis[key] = key === "window" ? dom.window : dom.window[key];
  }
  const { virtual } = await import("@guidepup/virtual-screen-reader");
  await virtual.start({ container: dom.window.document.querySelector("main"), window: dom.window });
  for (let step = 0; step < 1200 && (await virtual.lastSpokenPhrase()) !== "end of main"; step += 1) await virtual.next();
  const said = await virtual.spokenPhraseLog();
  await virtual.stop();
  return said;
}
found.spoken = await spoken(found.html);
delete found.html;
for (const [card, html] of Object.entries(found.cards)) found.cards[card] = await spoken(html);
process.stdout.write(JSON.stringify(found), () => process.exit(0));
