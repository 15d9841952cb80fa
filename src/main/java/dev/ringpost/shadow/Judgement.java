package dev.ringpost.shadow;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.TokenDigest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A decision on an invite at its first attempt, as far as it can be compared: which devices were to
 * be pushed, and if none, why. What APNs answered is left out of it.
 *
 * @param word {@code push} if a push was, or would have been, handed to APNs; else the verdict, or
 *     the reason of a {@code failed}
 * @param devices the devices that pushes were ordered for
 * @param dead devices whose token was known to be dead, the first of them
 * @param excluded how many devices were left out, for they ring over a live socket
 * @param expiresAt when the ringing is over, if the invite could be read
 * @param lookedAt when the devices were looked up, at the latest
 * @param decidedAt when it was decided
 */
record Judgement(
    String word,
    Map<Target, Fate> devices,
    Set<Target> dead,
    int excluded,
    Optional<Instant> expiresAt,
    Instant lookedAt,
    Instant decidedAt) {

  /** The word of a judgement by which some device is pushed. */
  static final String PUSH = "push";

  /** Bound on the devices that a line of the log names. */
  private static final int MAX_NAMED = 5;

  /** A registration; it prints as its digest, for a device id may name a person. */
  record Target(DeviceId device, TokenDigest token, BundleId app, String environment) {
    @Override
    public String toString() {
      return token + "/" + environment;
    }
  }

  /** The end of an ordered push before APNs had a say. */
  enum Fate {
    /** It was, or would have been, handed to APNs, now or as soon as there is a connection. */
    PUSHED,
    /** The same, and APNs called its token dead. */
    DIED,
    /** No credential is configured for it. */
    NO_ROUTE,
    /** Its payload is too large. */
    TOO_LARGE,
    /** It was held back at the last moment: the call was over, or the device rings. */
    HELD
  }

  Judgement {
    devices = Map.copyOf(devices);
    dead = Set.copyOf(dead);
  }

  /** For a line of the log: digests of tokens and fixed words. */
  @Override
  public String toString() {
    String named =
        devices.entrySet().stream()
            .limit(MAX_NAMED)
            .map(it -> it.getKey() + "=" + it.getValue())
            .sorted()
            .collect(Collectors.joining(" "));
    String more = devices.size() > MAX_NAMED ? " and more" : "";
    return word
        + ", devices: "
        + devices.size()
        + (named.isEmpty() ? "" : " (" + named + more + ")")
        + expiresAt.map(at -> ", until " + at).orElse("");
  }
}
