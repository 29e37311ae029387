/**
 * Keeps the people of Muster in step with another system that speaks SCIM 2.0 (RFC 7644), such as a personnel or
 * identity system. Run it once an hour: node pull-people.mjs
 *
 *   MUSTER       https://muster.example.org/api/v1
 *   TOKEN        a token with the scopes people:read and people:write
 *   SCIM         https://people.example.org/scim/v2
 *   SCIM_TOKEN   a token of that system
 *
 * Who is new there is added, who changed is changed, who is not active there has left. Others stay as they are.
 */
const { MUSTER, TOKEN, SCIM, SCIM_TOKEN } = process.env;
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Waits and asks again where the server says so; fails with its own words otherwise. */
async function muster(method, path, body, headers = {}) {
  for (;;) {
    const response = await fetch(MUSTER + path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (response.ok) return response.json();
    const { detail, faults = [] } = await response.json();
    if (response.status !== 429) {
      throw new Error([detail, ...faults.map((fault) => `${fault.path} ${fault.message}`)].join(' '));
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000 * Number(response.headers.get('retry-after'))));
  }
}

async function all(path, name) {
  const items = [];
  for (let after = ''; after !== null;) {
    const page = await muster('GET', `${path}?limit=200${after && `&after=${encodeURIComponent(after)}`}`);
    items.push(...page[name]);
    after = page.next;
  }
  return items;
}

async function peopleThere(people = []) {
  for (let total = Infinity; people.length < total;) {
    const page = `startIndex=${people.length + 1}&count=100`;
    const response = await fetch(`${SCIM}/Users?${page}`, {
      headers: { authorization: `Bearer ${SCIM_TOKEN}` },
    });
    if (!response.ok) throw new Error(`The other system answered ${response.status}.`);
    const { Resources = [], totalResults } = await response.json();
    // A list that ends too soon would make people leave who have not.
    if (Resources.length === 0 && people.length < totalResults)
      throw new Error('The list there is not whole.');
    people.push(...Resources);
    total = totalResults;
  }
  if (people.length === 0) throw new Error('The other system has nobody: nothing was changed.');
  return people.filter((user) => user[ENTERPRISE]?.employeeNumber).map(personOf);
}
const personOf = (user) => ({
  number: user[ENTERPRISE].employeeNumber,
  givenName: user.name?.givenName ?? '',
  familyName: user.name?.familyName ?? '',
  department: user[ENTERPRISE].department ?? '',
  email: user.emails?.find(({ primary }) => primary)?.value ?? user.emails?.[0]?.value ?? '',
  status: user.active === false ? 'left' : 'active',
});

const isSame = (field, a, b) => (field === 'department' ? lower(a) === lower(b) : a === b);
const changeOf = (known, person) =>
  Object.fromEntries(Object.entries(person).filter(([field, value]) => !isSame(field, value, known[field])));
const lower = (value) => value.toLowerCase();

const there = await peopleThere();
const here = new Map((await all('/people', 'people')).map((person) => [person.number, person]));
const departments = new Set((await all('/departments', 'departments')).map(({ name }) => lower(name)));
const done = { added: 0, changed: 0, failed: 0 };

for (const person of there) {
  const { number, department } = person;
  const known = here.get(number);
  // Muster may have suspended somebody who is active there: only leaving and coming back is decided there.
  if (known?.status === 'suspended' && person.status === 'active') person.status = 'suspended';
  const change = known && changeOf(known, person);
  if (known ? Object.keys(change).length === 0 : person.status === 'left') continue;
  try {
    if (department && !departments.has(lower(department))) {
      await muster('POST', '/departments', { name: department });
      departments.add(lower(department));
    }
    if (known) await muster('PATCH', `/people/${known.id}`, change, { 'if-match': `"${known.version}"` });
    else await muster('POST', '/people', person, { 'idempotency-key': crypto.randomUUID() });
    done[known ? 'changed' : 'added'] += 1;
  } catch (error) {
    done.failed += 1;
    console.error(`${number}: ${error.message}`);
  }
}
console.log(`${done.added} added, ${done.changed} changed, ${done.failed} failed, of ${there.length}`);
process.exitCode = done.failed > 0 ? 1 : 0;
