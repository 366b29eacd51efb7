// How long every page of the administration takes: `node bench/pages.mjs URL`, with the administrator's
// password in AUTH_ADMIN_PASSWORD, on a gate whose database `iiif-gate dev seed` made. Prints Markdown,
// the slowest first.

const [base = 'http://127.0.0.1:9780', rounds = '5'] = process.argv.slice(2);
const prefix = process.env.PAGES_PREFIX ?? '';
const headers = { 'X-Real-IP': '192.0.2.1', Host: 'localhost' };
const jar = new Map();

async function get(path, options = {}) {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(base + prefix + path, {
    redirect: 'manual', ...options, headers: { ...headers, ...options.headers, cookie },
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
    jar.set(name, value);
  }
  return { status: response.status, text: await response.text(), location: response.headers.get('location') };
}

async function signIn() {
  const { text } = await get('/login');
  const csrf = text.match(/name="csrf" value="([^"]*)"/)[1];
  const answer = await get('/login', {
    method: 'POST',
    body: new URLSearchParams({
      csrf, username: process.env.AUTH_ADMIN_USERID ?? 'admin', password: process.env.AUTH_ADMIN_PASSWORD,
    }),
    headers: { 'Sec-Fetch-Site': 'same-origin' },
  });
  if (answer.status !== 303 && answer.status !== 302) throw new Error(`cannot sign in: ${answer.status} ${answer.text}`);
}

// The first link of a page that looks like this.
const link = (text, pattern) => text.match(pattern)?.[1];

async function pages() {
  const found = [
    '/', '/keys', '/password',
    '/admin/', '/admin/users', '/admin/users?sort=-name', '/admin/users?sort=created',
    '/admin/users?sort=-created', '/admin/users?sort=last-sign-in', '/admin/users?sort=-last-sign-in',
    '/admin/users?state=active', '/admin/users?state=disabled', '/admin/users?state=pending',
    '/admin/users?state=active&sort=-last-sign-in', '/admin/users?state=disabled&sort=created',
    '/admin/users?role=admin', '/admin/users?role=seed-001', '/admin/users?role=seed-001&sort=-created',
    '/admin/users?page=2', '/admin/users?page=200', '/admin/users?page=10000', '/admin/users?page=99999',
    '/admin/users?sort=-last-sign-in&page=99999',
    '/admin/users?search=berger', '/admin/users?search=berger&page=3', '/admin/users?search=an', '/admin/users?search=a',
    '/admin/users?search=.999953', '/admin/users?search=nobody-has-this',
    '/admin/users?search=J%C3%BCrgen', '/admin/users?search=berger&state=disabled&sort=-created',
    '/admin/users?search=nobody-has-this&role=seed-001', '/admin/users?search=seed.invalid&sort=-last-sign-in',
    '/admin/users/new', '/admin/users/import', '/admin/roles', '/admin/roles/new', '/admin/networks', '/admin/networks/new',
    '/admin/rules', '/admin/rules?page=1000', '/admin/rules?page=99999', '/admin/rules?only=image', '/admin/rules?only=manifest',
    '/admin/rules?only=file', '/admin/rules?requirement=public', '/admin/rules?requirement=roles',
    '/admin/rules?requirement=nobody', '/admin/rules?role=user', '/admin/rules?role=seed-000', '/admin/rules?role=seed-001',
    '/admin/rules?with=size', '/admin/rules?with=period', '/admin/rules?with=message', '/admin/rules?with=broken',
    '/admin/rules?search=maps', '/admin/rules?search=sheet', '/admin/rules?search=maps/1850/sheet-00003',
    '/admin/rules?search=nothing-like-this', '/admin/rules?only=image&requirement=roles&search=maps&with=size',
    '/admin/rules?kind=image&test=maps/1850/sheet-00003.tif', '/admin/rules/new', '/admin/rules/lint', '/admin/rules/findings', '/admin/rules/import',
    '/admin/sessions', '/admin/sessions?page=2', '/admin/sessions?page=99999', '/admin/sessions?search=berger',
    '/admin/sessions?search=.999953', '/admin/sessions?search=nobody-has-this', '/admin/sessions?search=198.18.3.7',
    '/admin/sessions?search=firefox',
    '/admin/audit', '/admin/audit?page=2', '/admin/audit?page=99999', '/admin/audit?search=berger',
    '/admin/audit?search=.999953', '/admin/audit?search=nobody-has-this', '/admin/audit?action=sign-in',
    '/admin/audit?action=create-user', '/admin/audit?outcome=refused', '/admin/audit?outcome=done',
    '/admin/audit?action=sign-in&outcome=refused', '/admin/audit?from=2026-06-01&until=2026-06-30',
    '/admin/audit?from=2026-06-01&until=2026-06-30&action=sign-out', '/admin/audit?until=2026-02-01',
    '/admin/audit?from=2026-06-01&search=berger', '/admin/audit?action=revoke-session&search=nobody-has-this',
    '/admin/audit?outcome=refused&search=nobody-has-this', '/admin/audit?outcome=refused&page=99999',
    '/admin/consumers', '/admin/consumers/new', '/admin/explain',
    '/admin/explain?url=/iiif/images/maps%252F1850%252Fsheet-00003.tif/info.json',
    '/admin/draft', '/admin/users/export', '/admin/rules/export',
  ];
  const users = (await get('/admin/users?search=berger')).text;
  const user = link(users, /href="[^"]*?(\/admin\/users\/\d+)"/);
  const rule = link((await get('/admin/rules')).text, /href="[^"]*?(\/admin\/rules\/\d+)"/);
  const roles = [...(await get('/admin/roles')).text.matchAll(/href="[^"]*?(\/admin\/roles\/\d+)"/g)].map((match) => match[1]);
  const networks = [...(await get('/admin/networks')).text.matchAll(/href="[^"]*?(\/admin\/networks\/\d+)"/g)].map((match) => match[1]);
  found.push(user, rule, ...new Set(roles.slice(0, 4)), networks[0]);
  return found.filter(Boolean);
}

await signIn();
const only = process.env.PAGES_ONLY;
const times = [];
for (const path of await pages()) {
  if (only && !path.includes(only)) continue;
  let best = Infinity, answer;
  for (let round = 0; round < Number(rounds); round += 1) {
    const begin = performance.now();
    answer = await get(path);
    best = Math.min(best, performance.now() - begin);
    if (best > 3000) break;
  }
  times.push([best, path, answer.status, answer.text.length]);
}
times.sort((a, b) => b[0] - a[0]);
console.log('| page | ms (best of ' + rounds + ') | status | bytes |\n|---|---|---|---|');
for (const [best, path, status, size] of times) console.log(`| \`${path}\` | ${best.toFixed(1)} | ${status} | ${size} |`);
