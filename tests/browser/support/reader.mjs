// One reader at a site with annotator.js: signs in, selects words with the mouse, writes, and reads what the page says.
import { until } from "./wait.mjs";

/** Opens a site's page and signs in as this person, or as nobody; whoever was signed in before in this browser is not. */
export async function reader(context, site, person) {
  const page = await context.newPage();
  const answers = [];
  page.on("response", (response) => answers.push({ response, url: response.url(), status: response.status(), method: response.request().method() }));
  const self = {
    page,
    /** Answers of the gate to requests for annotations, preflights aside. */
    get notes() { return answers.filter(({ url, method }) => new URL(url).pathname.startsWith("/annotator/") && method !== "OPTIONS"); },
    get images() { return answers.filter(({ url }) => url.includes("/iiif/images/")); },
    get tokens() { return answers.filter(({ url }) => url.endsWith("/token")); },
    message: page.locator(".annotator-notice-show"),
    marks: page.locator("#text p .annotator-hl"),
    list: page.locator("#notes li"),

    /** The answer of the store to a request, which is waited for. */
    answered: async (method, path = "") =>
      until(`an answer to ${method} ${path}`, () => self.notes.find((note) => note.method === method && note.url.includes(path))),

    /** What the page's token is answered now: a status, or 0 where the page may not read the answer. */
    status: () => page.evaluate(async () => {
      const { Auth, Store } = window.annotator.plugins;
      const asked = await fetch(`${Store.options.prefix}/search?limit=1`, { headers: { "X-Annotator-Auth-Token": Auth.token } }).catch(() => ({ status: 0 }));
      return asked.status;
    }),

    /** Loads the page anew; gives the answer to its search. */
    async reload() {
      const answer = page.waitForResponse((response) => new URL(response.url()).pathname === "/annotator/search" && response.request().method() === "GET");
      await page.reload();
      return answer;
    },

    /** Selects these words of the first paragraph with the mouse, and presses the pen that appears. */
    async select(words) {
      const at = await page.evaluate((wanted) => {
        const paragraph = document.querySelector("#text p");
        const begin = paragraph.textContent.indexOf(wanted);
        const end = begin + wanted.length;
        const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
        const range = document.createRange();
        let passed = 0;
        while (walker.nextNode()) {
          const { length } = walker.currentNode;
          const here = (offset) => offset >= passed && offset <= passed + length;
          if (here(begin)) range.setStart(walker.currentNode, begin - passed);
          if (here(end)) range.setEnd(walker.currentNode, end - passed);
          passed += length;
        }
        const lines = [...range.getClientRects()];
        const [first, last] = [lines[0], lines.at(-1)];
        return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
      }, words);
      await page.mouse.move(at[0], at[1]);
      await page.mouse.down();
      await page.mouse.move(at[2], at[3], { steps: 4 });
      await page.mouse.up();
      await page.locator(".annotator-adder button").click();
    },

    /** Writes a note on the words that are selected, or changes the one that is open. */
    async write(text) {
      await page.locator(".annotator-editor textarea").fill(text);
      await page.locator(".annotator-save").click();
    },

    /** Points at a mark; gives the window that annotator.js shows. */
    async look() {
      await page.mouse.move(1, 1);
      await self.marks.first().hover();
      const viewer = page.locator(".annotator-viewer .annotator-widget");
      await viewer.waitFor();
      return viewer;
    },
  };
  await context.clearCookies({ name: /-person$/ });
  await page.goto(site.origin);
  if (person) {
    await page.getByRole("button", { name: person, exact: true }).click();
    await page.getByText(`Signed in as ${person}`).waitFor();
  }
  return self;
}
