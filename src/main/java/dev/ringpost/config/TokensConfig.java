package dev.ringpost.config;

import dev.ringpost.config.declaration.Default;
import dev.ringpost.config.declaration.Doc;
import dev.ringpost.config.declaration.Range;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of tokens: which of them ring, when they are called dead, and what is kept of them
 * for a restart.
 */
public record TokensConfig(
    @Doc(
            "Whether a token that is registered more than once rings only where it was registered"
                + " last: a phone that was sold must not ring for its former owner. Costs about"
                + " 12 bytes per device.")
        @Default("true")
        boolean oneUserPerToken,
    @Doc(
            "Whether APNs' `BadDeviceToken` makes a token dead for good. It is also the answer to"
                + " a token of the other environment.")
        @Default("false")
        boolean invalidateBad,
    Fuse fuse,
    Snapshot snapshot) {

  /** The settings of the snapshots of what is known of tokens, for quick restarts. */
  public record Snapshot(
      @Doc(
              "A folder for snapshots of the tokens and of the invalidations, so that a restart"
                  + " reads what came since instead of both topics whole. Without it there are"
                  + " none. It is made if it is missing, and open to Ringpost's user alone.")
          Optional<Path> folder,
      @Doc(
              "A file with the key that encrypts them: 32 random bytes, as they are or in Base64."
                  + " Required with `folder`, for tokens are secrets. Read each time it is needed.")
          Optional<Path> keyFile,
      @Doc("Time from one snapshot to the next; there is another one when a worker leaves.")
          @Default("5m")
          @Range(min = "10s", max = "24h")
          Duration interval) {}

  /** The settings of the fuse that blows when dead tokens are so many that none is believed. */
  public record Fuse(
      @Doc("How many of APNs' newest answers the fuse looks at, for each app and environment.")
          @Default("50")
          @Range(min = "5", max = "100000")
          int answers,
      @Doc(
              "When more than this share of them, in percent, call their token dead, no token is"
                  + " called dead any more: a key, a topic or an environment is wrong then.")
          @Default("20")
          @Range(min = "1", max = "100")
          int maxPercent,
      @Doc("For how long an answer counts at most.") @Default("10m") @Range(min = "1s", max = "24h")
          Duration memory) {}
}
