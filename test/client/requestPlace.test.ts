// The address of a request that is shown alone: all that is needed comes back from it, whatever an id holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { requestAddress, requestPlaceOf, requestScheme } from '../../client/requestPlace.ts';

const source = 'file:///home/me/reviews.jsonl';
const name = 'reviews.jsonl';

test('what went into an address comes out of it', () => {
  const ids = fc.option(fc.string({ unit: 'binary' }));
  const places = fc.record({ source: fc.string(), line: fc.nat(), customId: ids }, { noNullPrototype: true });
  fc.assert(
    fc.property(places, fc.boolean(), (place, isJson) => {
      assert.deepEqual(requestPlaceOf(requestAddress(place, name, isJson)), place);
    }),
  );
});

test('a tab is called by the id, and has the language of what it shows', () => {
  const nameOf = (customId: string | null, isJson = true): string =>
    requestAddress({ source, line: 11, customId }, name, isJson).path.slice(`/${name}/`.length);
  assert.equal(nameOf('kettle-0412'), 'kettle-0412.json');
  assert.equal(nameOf('kettle-0412', false), 'kettle-0412.txt');
  assert.equal(nameOf(null), 'line 12.json');
  assert.equal(nameOf(''), 'line 12.json');
  assert.equal(nameOf('..'), 'line 12.json');
  assert.equal(nameOf('a/b\\c\nd'), 'a_b_c_d.json');
  assert.equal(nameOf('x'.repeat(64)), `${'x'.repeat(60)}….json`);
  assert.equal(nameOf('😀'.repeat(64)), `${'😀'.repeat(60)}….json`, 'no half characters');
});

test('addresses that nobody here made are no places', () => {
  const queries = [
    '',
    '{',
    'null',
    '[]',
    '{"source":1,"line":0,"customId":null}',
    `{"source":"${source}","line":-1,"customId":null}`,
    `{"source":"${source}","line":0}`,
  ];
  for (const query of queries) assert.equal(requestPlaceOf({ scheme: requestScheme, query }), null, query);
  const query = `{"source":"${source}","line":0,"customId":null}`;
  assert.equal(requestPlaceOf({ scheme: 'file', query }), null);
  assert.notEqual(requestPlaceOf({ scheme: requestScheme, query }), null);
});
