import { expect, it } from 'vitest';
import { headingAnchors, linksIn, withoutCode } from './markdown.ts';

it('finds the targets of links and pictures, and no example in code', () => {
  const text = 'See [one](a.md#b) and ![two](c.png "title").\n\n```\n[three](d.md)\n```\n\n`[four](e.md)`\n';
  expect(linksIn(text)).toEqual(['a.md#b', 'c.png']);
});

it('makes anchors of headings as GitHub does', () => {
  const text =
    '# Keys & backups\n\n## Add an endpoint\n\n## … a `npm run`\n\n## Add an endpoint\n\n```\n# no heading\n```\n';
  expect([...headingAnchors(text)]).toEqual([
    'keys--backups',
    'add-an-endpoint',
    '-a-npm-run',
    'add-an-endpoint-1',
  ]);
});

it('leaves out fenced code', () => {
  expect(withoutCode('before\n```sh\ncode\n```\nafter\n')).toBe('before\n\nafter\n');
});
