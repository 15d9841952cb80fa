"""Tries ringpost.py by hand:

python3 try.py localhost:9092 register alice iphone-1 5afe5afe… com.example.phone
python3 try.py localhost:9092 call alice my-first-call
python3 try.py localhost:9092 cancel my-first-call
python3 try.py localhost:9092 remove alice iphone-1
"""

import json
import sys

from ringpost import CallServer, digest_of, uuid_of

brokers, command, *words = sys.argv[1:]
server = CallServer(brokers)
if command == "register":
    user, device, token, bundle_id = words
    server.register(user, device, {"token": token, "bundleId": bundle_id, "environment": "production"})
    print("registered, digest", digest_of(token))
elif command == "call":
    callee, call_id = words
    caller = {"uri": "sip:me@example.com", "name": 'Jürgen "Jo" Groß'}
    invite = {"callId": call_id, "callee": callee, "caller": caller, "ringSeconds": 30}
    verdict = server.invite(invite, within=30.0)
    print("UUID", uuid_of(call_id))
    print("verdict", json.dumps(verdict))
elif command == "cancel":
    server.signal(words[0], "cancelled")
elif command == "remove":
    server.remove(*words)
else:
    sys.exit("no command " + command)
server.close()
