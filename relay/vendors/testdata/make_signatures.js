// Makes signatures.json: node make_signatures.js > signatures.json
// Each built-in vendor signs as its own sample code checks; the other schemes
// as their documentation says.
const crypto = require('crypto');
const hmac = (alg, key, data, enc) => crypto.createHmac(alg, key).update(data).digest(enc);
const secret = 'a secret, as the vendor shows it: ü%';
const t = 1772000000;

const bodies = {
  plain: '{"eventType":"leads.submit","chatbotId":"bot_1","payload":{"customerName":"Ada"}}',
  escapes: '{"eventType":"leads.submit","payload":{"customerName":"Ren\\u00e9e \\/ \\ud83d\\ude00"}}',
  numbers: '{"a":1.0,"b":1e3,"c":-0,"d":12345678901234567890,"e":1e400}',
  spaces: '{ "eventType": "lead.submit",\r\n\t"payload": {"customerName": "Ada", "list": [1, 2]} }\n',
  'go json': '{"SerialNumber":"bot_1","Type":"Lead","URI":"https://shop.example/?a=1\\u0026b=2","Name":"\\u003cAda\\u003e"}',
  'index keys': '{"b":1,"10":2,"9":3}',
};
const rows = [];
const add = (name, scheme, headers, body, want, key = secret) =>
  rows.push({ name, scheme, headers, body: b64(body), want: b64(want), secret: key, now: t });
const b64 = (text) => Buffer.from(text, 'utf8').toString('base64');

for (const [name, raw] of Object.entries(bodies)) {
  const again = JSON.stringify(JSON.parse(raw));
  for (const [form, text] of [['raw', raw], ['stringify', again]]) {
    const is = `${name}, ${form}`;
    add(is, 'chatbase', { 'x-chatbase-signature': hmac('sha1', secret, text, 'hex') }, raw, text);
    add(is + ', sha1', 'chatzuri', { 'x-chatzuri-signature': hmac('sha1', secret, text, 'hex') }, raw, text);
    add(is + ', sha256', 'chatzuri', { 'x-chatzuri-signature': 'sha256=' + hmac('sha256', secret, text, 'hex') }, raw, text);
    add(is, 'newoaks', { 'X-Webhook-Signature': `t=${t},v1=${hmac('sha256', secret, t + '.' + text, 'hex')}` }, raw, text);
  }
  add(name, 'chatdata', { 'x-chat-data-hmac-sha256': hmac('sha256', secret, raw, 'base64') }, raw, raw);
}
add('upper case', 'chatbase', { 'x-chatbase-signature': hmac('sha1', secret, bodies.plain, 'hex').toUpperCase() }, bodies.plain, bodies.plain);

const body = '{"event":"message","text":"Grüße"}';
const iso = new Date(t * 1000).toISOString();
const key = crypto.createHash('sha256').update('key').digest();
const other = 'ab'.repeat(32);
const other64 = Buffer.from(other, 'hex').toString('base64');
const hex = (text, alg = 'sha256') => hmac(alg, secret, text, 'hex');
const std = hmac('sha256', key, `msg_1.${t}.${body}`, 'base64');
const other_schemes = {
  intercom: { 'X-Hub-Signature': 'sha1=' + hex(body, 'sha1') },
  tawk: { 'X-Tawk-Signature': hex(body, 'sha1') },
  crisp: { 'X-Crisp-Signature': hex(`[${t}000;${body}]`), 'X-Crisp-Request-Timestamp': `${t}000` },
  tidio: { 'x-tidio-signature': `t=${t},s=${other},s=${hex(`${body}_${t}`)}` },
  chatwoot: { 'X-Chatwoot-Signature': 'sha256=' + hex(`${t}.${body}`), 'X-Chatwoot-Timestamp': `${t}` },
  zendesk: { 'X-Zendesk-Webhook-Signature': hmac('sha256', secret, iso + body, 'base64'), 'X-Zendesk-Webhook-Signature-Timestamp': iso },
  front: { 'X-Front-Signature': hmac('sha256', secret, `${t}:${body}`, 'base64'), 'X-Front-Request-Timestamp': `${t}` },
  retell: { 'x-retell-signature': `v=${t}000,d=${hex(`${body}${t}000`)}` },
  elevenlabs: { 'ElevenLabs-Signature': `t=${t},v0=${hex(`${t}.${body}`)}` },
  'chatbotkit sha1': { 'X-Hub-Signature': 'sha1=' + hex(body, 'sha1') },
  'chatbotkit sha512': { 'X-Hub-Signature': 'sha512=' + hex(body, 'sha512') },
  'chatbotkit sha256': { 'X-Hub-Signature': 'sha256=' + hex(body) },
  insitechat: { 'X-InsiteChat-Signature': hex(body) },
  sha512: { 'X-Signature': hmac('sha512', secret, body, 'base64') },
  // https://docs.stripe.com/webhooks/signature, which NewOaks and others follow
  stripe: { 'Stripe-Signature': `t=${t},v1=${hex(`${t}.${body}`)}` },
  // https://developer.paddle.com/webhooks/signature-verification
  paddle: { 'Paddle-Signature': `ts=${t};h1=${hex(`${t}:${body}`)}` },
  // https://docs.slack.dev/authentication/verifying-requests-from-slack, https://developers.zoom.us/docs/api/webhooks/
  slack: { 'X-Slack-Signature': 'v0=' + hex(`v0:${t}:${body}`), 'X-Slack-Request-Timestamp': `${t}` },
  // https://www.typeform.com/developers/webhooks/secure-your-webhooks/
  typeform: { 'Typeform-Signature': 'sha256=' + hmac('sha256', secret, body, 'base64') },
  // https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests (v3)
  hubspot: { 'X-HubSpot-Signature-v3': hmac('sha256', secret, `POSThttps://hooks.example.com/hooks/hubspot${body}${t}000`, 'base64'), 'X-HubSpot-Request-Timestamp': `${t}000` },
  // https://dev.twitch.tv/docs/eventsub/handling-webhook-events
  twitch: { 'Twitch-Eventsub-Message-Signature': 'sha256=' + hex(`m1${iso.replace('000Z', '000123456Z')}${body}`), 'Twitch-Eventsub-Message-Id': 'm1', 'Twitch-Eventsub-Message-Timestamp': iso.replace('000Z', '000123456Z') },
  // https://workos.com/docs/events/data-syncing/webhooks
  workos: { 'WorkOS-Signature': `t=${t}000, v1=${hex(`${t}000.${body}`)}` },
};
for (const [name, headers] of Object.entries(other_schemes)) add(name, name.split(' ')[0], headers, body, body);
const loose = '{ "event": "message", "text": "Gr\\u00fc\\u00dfe" }';
add('botpress', 'botpress', { 'x-signature': hex(JSON.stringify(JSON.parse(loose))) }, loose, JSON.stringify(JSON.parse(loose)));
const standard = { 'webhook-id': 'msg_1', 'webhook-timestamp': `${t}` };
add('standard', 'standard', { ...standard, 'webhook-signature': 'v1,' + std }, body, body, 'whsec_' + key.toString('base64'));
add('standard, two', 'standard', { ...standard, 'webhook-signature': `v1a,${other64} v1,${other64} v1,${std}` }, body, body, 'whsec_' + key.toString('base64'));
add('svix', 'svix', { 'svix-id': 'msg_1', 'svix-timestamp': `${t}`, 'svix-signature': `v1,${std}` }, body, body, 'whsec_' + key.toString('base64'));
add('base64 secret', 'base64secret', { 'X-Signature': hmac('sha256', key, body, 'hex') }, body, body, key.toString('base64'));

console.log('[\n' + rows.map((r) => ' ' + JSON.stringify(r)).join(',\n') + '\n]');
