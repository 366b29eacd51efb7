// A viewer stays open while the gates behind it are killed, stopped and replaced, and nginx is reloaded.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startFleet } from "./support/fleet.mjs";
import { scene } from "./support/scene.mjs";
import { READER } from "./support/stack.mjs";
import { MIRADOR_3 } from "./support/viewers.mjs";
import { signIn } from "./support/visit.mjs";
import { until } from "./support/wait.mjs";

const FOLDER = "herbarium";
const LASTS = process.env.NIGHTLY === "1" ? 600_000 : 12_000;
/** Revoked at one gate, it is in force at the others after this time. */
const SOON = 1000;

const set = scene({
  start: startFleet,
  rules: [["role", "add", "staff"], ["rule", "add", `${FOLDER}/*`, "role", "staff"], ["user", "grant", READER.username, "staff"]],
});
const pause = (milliseconds) => new Promise((resume) => { setTimeout(resume, milliseconds); });

/** When nginx was reloaded. */
const reloads = [];

/** What befalls the gates and nginx, one after the other; there is always a gate that could answer. */
const EVENTS = [
  async ([one]) => { await one.signal("SIGKILL"); await one.start(); },
  async ([, other]) => { await other.signal("SIGSTOP"); await pause(1500); await other.signal("SIGCONT"); await other.ready(); },
  async () => { reloads.push(Date.now()); set.stack.reloadNginx(); },
  async ([, other]) => { await other.signal("SIGTERM"); await other.start(); },
  async ([one]) => { await one.signal("SIGSTOP"); await pause(1500); await one.signal("SIGKILL"); await one.start(); },
];

/** Answers to requests for images of the folder: when it was asked for, and the status, or why there is none. */
function watch(page) {
  const answers = [];
  const add = (request, status) => {
    const url = request.url();
    if (url.includes(`/${FOLDER}%2F`) && /\/(default|native)\.jpg$/.test(url)) answers.push({ at: request.timing().startTime, status, url });
  };
  page.on("response", (response) => add(response.request(), response.status()));
  // The viewer itself gives up tiles that went out of sight.
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "failed";
    if (!why.includes("ABORTED")) add(request, why);
  });
  return answers;
}

const isShown = ({ status }) => status === 200 || status === 304;

/**
 * Whether nginx lost it, and no gate: when it is reloaded it closes connections of HTTP/2, and what a browser sends at that
 * moment goes nowhere (docs/operations.md).
 */
const isOfReload = ({ at, status }) =>
  /^net::ERR_(CONNECTION|HTTP2)/.test(status) && reloads.some((reload) => Math.abs(at - reload) < 1000);

/** Zooms and drags as somebody who looks for something, and turns the page now and then. */
async function look(page, step) {
  const { x, y, width, height } = await page.locator(MIRADOR_3.picture).first().boundingBox();
  await page.mouse.move(x + width * (0.2 + 0.15 * (step % 5)), y + height * (0.2 + 0.2 * (step % 4)));
  await page.mouse.wheel(0, step % 6 < 4 ? -400 : 1200);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
  await page.mouse.up();
  await pause(150);
  if (step % 6 === 5) await page.getByRole("button", { name: /^(Next|Previous) item$/, disabled: false }).click();
}

test("an open viewer misses no tile while gates and nginx come and go, until its reader's role is withdrawn", set.withBrowser(async (context, told) => {
  const visitor = await set.person(context, MIRADOR_3, FOLDER);
  await visitor.refused();
  const popup = await visitor.login();
  visitor.forget();
  await signIn(popup, READER);
  await visitor.painted();

  const { page } = visitor;
  const answers = watch(page);
  const end = Date.now() + LASTS;
  let events = 0;
  let over = false;
  const chaos = (async () => {
    for (; Date.now() < end; events += 1) await EVENTS[events % EVENTS.length](set.stack.gates);
  })().finally(() => { over = true; });
  for (let step = 0; !over; step += 1) await look(page, step);
  await chaos;
  const lost = answers.filter(isOfReload);
  told.diagnostic(`${answers.length} tiles, ${events} events, ${lost.length} lost by ${reloads.length} reloads`);
  assert.deepEqual(answers.filter((answer) => !isShown(answer) && !isOfReload(answer)), []);
  assert.ok(lost.length <= 2 * reloads.length, `${lost.length} lost by ${reloads.length} reloads`);
  assert.ok(answers.length > 30 && events >= EVENTS.length, `${answers.length} tiles, ${events} events`);
  await MIRADOR_3.offersLogout(page);
  assert.equal(await MIRADOR_3.loginButton(page).count(), 0, "still signed in, and nothing was refused");

  const { url } = answers.findLast(isShown);
  await set.stack.gate(["user", "withdraw", READER.username, "staff"]);
  const withdrawn = Date.now();
  const late = () => answers.filter(({ at }) => at > withdrawn + SOON);
  await until("answers to what was asked for later", async () => {
    await page.evaluate((tile) => fetch(tile, { mode: "no-cors", credentials: "include", cache: "no-store" }).catch(() => {}), url);
    return late().length >= 10;
  });
  assert.deepEqual(late().filter(isShown), [], "nothing comes any more");
}));
