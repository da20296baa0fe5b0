// Makes stringify.json: node make_stringify.js > stringify.json
const b = (...parts) => Buffer.concat(parts.map((p) => (typeof p === 'string' ? Buffer.from(p, 'utf8') : Buffer.from(p))));
const cases = {
  'spaces': b(' \t\r\n{ "a" : [ 1 , 2 ] , "b" : { } }\n'),
  'scalar': b('"x"'), 'empty array': b('[ ]'), 'words': b('[true,false,null]'),
  'numbers': b('[1.0,1e3,-0,0.0,-0.0,0e5,1E-7,1e-6,0.000001,0.0000001,123e-20,12345678901234567890,1e21,1e20,999999999999999900000,1.5e300,5e-324,2e-324,4.35,0.1,100,-1.50,9007199254740993,1e100,1e-100,1e-10,123456.789e3]'),
  'overflow': b('[1e400,-1e400,1.7976931348623157e308,1.7976931348623159e308]'),
  'escapes': b('"\\u00e9\\/\\u003c\\u2028\\u007f\\u0000\\u001F\\b\\t\\n\\f\\r\\u0008\\u0009\\u000a\\u000c\\u000d\\"\\\\\\u0022\\u005c"'),
  'pairs': b('["\\ud83d\\ude00","\\uD83D\\uDE00","😀"]'),
  'half pairs': b('["\\ud83d","\\uDE00","\\uDE00\\uD83D","\\uD83D\\uD83D\\uDE00","\\ud83dx","\\ud83d\\n","\\ud83d\\u0041"]'),
  'raw separators': b('"\u2028\u2029\u007f"'),
  'index keys': b('{"b":1,"10":2,"9":3,"a":4,"0":5,"007":6,"-1":7,"1.0":8,"4294967294":9,"4294967295":10,"":11}'),
  'index keys by escape': b('{"b":1,"\\u0031":2}'),
  'nested index keys': b('{"x":{"z":{"b":1,"1":2},"2":[{"q":0,"0":1}]},"3":4}'),
  'proto': b('{"__proto__":1,"constructor":{"__proto__":{"a":1}},"toString":2}'),
  'not UTF-8': b('["', [0xff], '","', [0xe2, 0x82], '","', [0xf0, 0x9f, 0x98], '","', [0xed, 0xa0, 0x80], '","', [0xf4, 0x90, 0x80, 0x80], '","', [0xc0, 0xaf], '","', [0xe0, 0x80], 'x","', [0xf0, 0x80], '","', [0xe2, 0x82, 0xe2, 0x82, 0xac], '"]'),
  'go json': b('{"URI":"https://shop.example/p?a=1\\u0026b=2","Name":"\\u003cAda\\u003e"}'),
  'python json': b('{"Name": "Ren\\u00e9", "n": 1.0}'),
  'bad: byte order mark': b([0xef, 0xbb, 0xbf], '{}'), 'bad: nothing': b(''), 'bad: spaces': b('  '),
  'bad: 01': b('01'), 'bad: 1.': b('1.'), 'bad: .5': b('.5'), 'bad: +1': b('+1'), 'bad: 1e': b('1e'), 'bad: -': b('-'), 'bad: NaN': b('NaN'),
  'bad: comma': b('[1,]'), 'bad: object comma': b('{"a":1,}'), 'bad: open': b('[1'), 'bad: open string': b('"a'), 'bad: two': b('1 2'),
  'bad: tab in string': b('"\t"'), 'bad: escape': b('"\\x"'), 'bad: \\u12': b('"\\u12"'), 'bad: \\u 41': b('"\\u 041"'), 'bad: key': b('{a:1}'), 'bad: colon': b('{"a" 1}'),
  'bad: nbsp': b('\u00a01'), 'bad: comment': b('/**/1'), 'bad: tru': b('tru'), 'bad: NUL': b('1\0'), 'bad: half escape pair': b('"\\ud83d\\u"'), 'bad: invalid outside': b('[', [0xff], ']'),
};
const rows = Object.entries(cases).map(([name, body]) => {
  let want = null;
  try { want = JSON.stringify(JSON.parse(body.toString('utf8'))); } catch { /* not JSON */ }
  return { name, body: body.toString('base64'), want: want === null ? null : Buffer.from(want, 'utf8').toString('base64') };
});
console.log('[\n' + rows.map((r) => ' ' + JSON.stringify(r)).join(',\n') + '\n]');
