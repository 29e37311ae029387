import { expect, it } from 'vitest';
import { headingAnchors, linksIn, withoutCode } from './markdown.ts';

it('the targets of links and pictures are found, and no example in code', () => {
  const text = 'See [one](a.md#b) and ![two](c.png "title").\n\n```\n[three](d.md)\n```\n\n`[four](e.md)`\n';
  expect(linksIn(text)).toEqual(['a.md#b', 'c.png']);
});

it('anchors of headings are made as GitHub makes them', () => {
  const text =
    '# Keys & backups\n\n## Add an endpoint\n\n## … a `npm run`\n\n## Add an endpoint\n\n```\n# no heading\n```\n';
  expect([...headingAnchors(text)]).toEqual([
    'keys--backups',
    'add-an-endpoint',
    '-a-npm-run',
    'add-an-endpoint-1',
  ]);
});

it('fenced code is left out', () => {
  expect(withoutCode('before\n```sh\ncode\n```\nafter\n')).toBe('before\n\nafter\n');
});
