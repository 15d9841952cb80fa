package dev.ringpost.testing;

/**
 * The commands to ring a phone with kcat, which shares no code with Java's clients. The demo prints
 * these lines and a test runs them.
 *
 * @param bootstrapServers the cluster
 * @param bundleId an app that the worker can ring
 */
public record KcatCommands(String bootstrapServers, String bundleId) {

  /** The token of Zoe's phone. */
  public static final String TOKEN = "5afe".repeat(16);

  /** Gives Zoe a phone. */
  public String givePhone() {
    return """
    echo 'zoe/iphone-1|{"token":"%s","environment":"production","bundleId":"%s"}' \\
      | kcat -P -b %s -t %s -K '|'
    """
        .formatted(TOKEN, bundleId, bootstrapServers, CallPlatform.TOKENS);
  }

  /** Calls her. */
  public String call() {
    return """
    echo 'zoe|{"callId":"my-first-call","callee":"zoe","caller":{"uri":"sip:me@example.com","name":"Me"}}' \\
      | kcat -P -b %s -t %s -K '|'
    """
        .formatted(bootstrapServers, CallPlatform.INVITES);
  }

  /** Reads what is told of calls from now on. */
  public String readResults() {
    return "kcat -C -b %s -t %s -o end\n".formatted(bootstrapServers, CallPlatform.RESULTS);
  }
}
