package dev.ringpost.demo;

import dev.ringpost.testing.KcatCommands;

/** The commands to type while the demo stays up. */
final class Keep {

  private Keep() {}

  static String instructions(String bootstrapServers, int adminPort) {
    var kcat = new KcatCommands(bootstrapServers, DemoUsers.PHONE_APP.value());
    return """

    It stays up until Ctrl-C. In another terminal, give somebody a phone:

    %s
    call her:

    %s
    and read what Ringpost says of it:

    %s
    Live page: http://localhost:%d/    Metrics: /metrics    Health: /livez and /readyz
    """
        .formatted(
            kcat.givePhone().indent(2),
            kcat.call().indent(2),
            kcat.readResults().indent(2),
            adminPort);
  }
}
