// Node's own HTTP/2 server, which serves only clients that choose h2 by ALPN (RFC 9113, section 3.3).
// Prints its port; answers every push as APNs answers one to a token that it does not know.
const http2 = require('node:http2');
const fs = require('node:fs');

const [keyStore, passphrase] = process.argv.slice(2);
const server = http2.createSecureServer({ pfx: fs.readFileSync(keyStore), passphrase });
server.on('stream', (stream) => {
  stream.resume();
  stream.respond({ ':status': 400 });
  stream.end(JSON.stringify({ reason: 'BadDeviceToken' }));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
