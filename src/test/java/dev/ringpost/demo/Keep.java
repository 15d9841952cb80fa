package dev.ringpost.demo;

import dev.ringpost.testing.CallPlatform;

/** What to type while the demo stays up. */
final class Keep {

  private Keep() {}

  static String instructions(String bootstrapServers, int adminPort) {
    return """

    It stays up until Ctrl-C. In another terminal, give somebody a phone:

      echo 'zoe/iphone-1|{"token":"%1$s","environment":"production","bundleId":"%2$s"}' \\
        | kcat -P -b %3$s -t %4$s -K '|'

    call her:

      echo 'zoe|{"callId":"my-first-call","callee":"zoe","caller":{"uri":"sip:me@example.com","name":"Me"}}' \\
        | kcat -P -b %3$s -t %5$s -K '|'

    and read what Ringpost says of it:

      kcat -C -b %3$s -t %6$s -o end

    Metrics: http://localhost:%7$d/metrics    Health: /livez and /readyz

    """
        .formatted(
            "5afe".repeat(16),
            Town.PHONE_APP,
            bootstrapServers,
            CallPlatform.TOKENS,
            CallPlatform.INVITES,
            CallPlatform.RESULTS,
            adminPort);
  }
}
