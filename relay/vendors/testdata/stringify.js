// Reads documents from standard input, one a line in Base64, and answers each
// with what JSON.stringify makes of it, in Base64 after "=", or "!" if it is no JSON.
const lines = require('fs').readFileSync(0, 'latin1').split('\n').slice(0, -1);
const out = lines.map((line) => {
  let text;
  try {
    text = JSON.stringify(JSON.parse(Buffer.from(line, 'base64').toString('utf8')));
  } catch {
    return '!';
  }
  return '=' + Buffer.from(text, 'utf8').toString('base64');
});
process.stdout.write(out.join('\n') + '\n');
