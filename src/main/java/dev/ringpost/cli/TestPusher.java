package dev.ringpost.cli;

import dev.ringpost.config.RingpostConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The sender of one push to one phone. {@code Main} gives it, so that commands need not know Apple.
 */
@FunctionalInterface
public interface TestPusher {

  /**
   * What was asked for, as it was typed.
   *
   * @param token the device token, as Xcode prints it or in plain hex
   * @param environment {@code production} or {@code sandbox}
   * @param payload JSON; without it a made-up call
   * @param rings how long until the push expires
   * @param dryRun whether to tell only what would be sent
   */
  record Order(
      String app,
      String token,
      String environment,
      Optional<String> payload,
      Duration rings,
      boolean dryRun,
      Source source) {

    /** Without the token. */
    @Override
    public String toString() {
      return "Order[app=" + app + ", environment=" + environment + "]";
    }
  }

  /** Where server and credential come from. */
  sealed interface Source {

    /** From a worker's configuration. */
    record Configured(RingpostConfig config) implements Source {}

    /**
     * From the command line.
     *
     * @param credential a {@code .p8} key, or a certificate in any form
     * @param keyId of a {@code .p8} key; without it that of its file's name
     * @param keyFile the private key of a certificate, if it is in another file
     * @param server {@code host:port} of a test server; Apple's without it
     * @param trusted PEM file of who signed the test server's certificate
     * @param proxy {@code http://user@host:port}, or {@code socks5} in place of {@code http};
     *     scheme and user may be left out
     */
    record Typed(
        Path credential,
        Optional<String> keyId,
        Optional<String> teamId,
        Optional<Path> keyFile,
        Optional<Path> passphraseFile,
        Optional<String> server,
        Optional<Path> trusted,
        Optional<String> proxy,
        Optional<Path> proxyPasswordFile)
        implements Source {}
  }

  /**
   * What came of it.
   *
   * @param lines for a person; for {@link ExitCode#USAGE} one line
   */
  record Outcome(ExitCode code, List<String> lines) {
    public Outcome {
      lines = List.copyOf(lines);
    }
  }

  /** Does what was asked for; takes half a minute at most, unless a proxy answers byte by byte. */
  Outcome push(Order order);
}
