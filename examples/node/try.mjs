// Tries ringpost.mjs by hand:
//   npm ci
//   node try.mjs localhost:9092 register alice iphone-1 5afe5afe… com.example.phone
//   node try.mjs localhost:9092 call alice my-first-call
//   node try.mjs localhost:9092 cancel my-first-call
//   node try.mjs localhost:9092 remove alice iphone-1
import { CallServer, digestOf, uuidOf } from './ringpost.mjs';

const [brokers, command, ...words] = process.argv.slice(2);
const server = new CallServer(brokers);
await server.open();
try {
  switch (command) {
    case 'register': {
      const [user, device, token, bundleId] = words;
      await server.register(user, device, { token, bundleId, environment: 'production' });
      console.log(`registered, digest ${digestOf(token)}`);
      break;
    }
    case 'call': {
      const [callee, callId] = words;
      const caller = { uri: 'sip:me@example.com', name: 'Jürgen "Jo" Groß' };
      const verdict = await server.invite({ callId, callee, caller, ringSeconds: 30 }, 30_000);
      console.log(`UUID ${uuidOf(callId)}`);
      console.log(`verdict ${JSON.stringify(verdict)}`);
      break;
    }
    case 'cancel':
      await server.signal(words[0], 'cancelled');
      break;
    case 'remove':
      await server.remove(...words);
      break;
    default:
      throw new Error(`no command ${command}`);
  }
} finally {
  await server.close();
}
