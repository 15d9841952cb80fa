package dev.ringpost.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.shadow.Judgement.Fate;
import dev.ringpost.shadow.Judgement.Target;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A verdict as a result tells it, of whatever version of a worker: what it does not say is empty or
 * 0. The shadow's own verdict is read from the result that it would have written, by the same
 * reader.
 *
 * @param topic the topic of the invite
 * @param partition its partition
 * @param offset its offset there
 * @param attempt which attempt it is about, the first is 1
 * @param judgement what was decided
 */
record ToldVerdict(String topic, int partition, long offset, int attempt, Judgement judgement) {

  /** Words that may stand in a log; others come from somebody who is no worker. */
  private static final String WORD = "[a-z0-9_]{1,40}";

  private static final ObjectReader JSON = new JsonMapper().reader();

  private static final Set<String> VERDICTS =
      Arrays.stream(Verdict.values()).map(Verdict::wire).collect(Collectors.toUnmodifiableSet());

  /**
   * Reads a result.
   *
   * @return empty for one of another kind, such as a second verdict
   * @throws IllegalArgumentException for what is no result at all
   */
  static Optional<ToldVerdict> read(byte[] result) {
    try {
      JsonNode json = JSON.readTree(result);
      String verdict = json.path("verdict").asText();
      JsonNode invite = json.path("invite");
      if (verdict.isEmpty() || !invite.path("offset").isIntegralNumber()) {
        throw new IllegalArgumentException("it names no verdict, or no invite");
      }
      return VERDICTS.contains(verdict)
          ? Optional.of(
              new ToldVerdict(
                  invite.path("topic").asText(),
                  invite.path("partition").asInt(),
                  invite.path("offset").asLong(),
                  json.path("attempt").asInt(),
                  judgement(json, verdict)))
          : Optional.empty();
    } catch (IOException | DateTimeException e) {
      throw new IllegalArgumentException("it is no result", e);
    }
  }

  private static Judgement judgement(JsonNode json, String verdict) {
    Map<Target, Fate> devices = new HashMap<>();
    Duration longest = Duration.ZERO;
    for (JsonNode device : json.path("devices")) {
      devices.put(target(device), fate(device.path("outcome").asText()));
      Duration took = Duration.ofMillis(Math.max(0, device.path("millis").asLong()));
      longest = took.compareTo(longest) > 0 ? took : longest;
    }
    Set<Target> dead = new HashSet<>();
    json.path("deadDevices").forEach(device -> dead.add(target(device)));
    boolean pushes = devices.containsValue(Fate.PUSHED) || devices.containsValue(Fate.DIED);
    String reason = json.path("reason").asText();
    boolean explains = verdict.equals(Verdict.FAILED.wire()) && reason.matches(WORD);
    Instant decidedAt = Instant.parse(json.path("decidedAt").asText());
    return new Judgement(
        pushes ? Judgement.PUSH : explains ? reason : verdict,
        devices,
        dead,
        json.path("looked").path("excluded").asInt(),
        json.has("expiresAt")
            ? Optional.of(Instant.parse(json.path("expiresAt").asText()))
            : Optional.empty(),
        decidedAt.minus(longest),
        decidedAt);
  }

  private static Target target(JsonNode device) {
    String environment = device.path("registeredEnvironment").asText();
    return new Target(
        new DeviceId(device.path("deviceId").asText()),
        new TokenDigest(device.path("tokenDigest").asText()),
        new BundleId(device.path("app").asText()),
        environment.matches(WORD) ? environment : "");
  }

  /** Words of a later version are about APNs or the way to it, and so a push was ordered. */
  private static Fate fate(String outcome) {
    return switch (outcome) {
      case "no_route" -> Fate.NO_ROUTE;
      case "payload_too_large" -> Fate.TOO_LARGE;
      case "late", "ended", "ringing", "lost" -> Fate.HELD;
      case "token_gone", "bad_device_token" -> Fate.DIED;
      default -> Fate.PUSHED;
    };
  }
}
