package dev.ringpost.tools.apple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Environment;
import dev.ringpost.events.cloud.CloudEvent;
import dev.ringpost.events.cloud.ContentMode;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The pushes that workers say APNs accepted in production, counted from results by app and day. A
 * result that stands on the topic twice counts once, if the two are not further apart than {@link
 * #MAX_REMEMBERED} results. For one thread.
 */
final class AcceptedPushes {

  /** Bound on the results that are remembered, so that repeats do not count. */
  static final int MAX_REMEMBERED = 100_000;

  /** The part of a day that is known: none, some, or all of its results still stood there. */
  enum Known {
    NOTHING,
    PART,
    ALL
  }

  private static final ObjectReader JSON = new JsonMapper().reader();

  private record Place(String app, LocalDate day) {}

  private final Instant heldSince;
  private final Map<Place, Long> counts = new HashMap<>();
  private final Set<String> seen =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > MAX_REMEMBERED;
            }
          });

  /**
   * @param heldSince since when the topic still holds all results
   */
  AcceptedPushes(Instant heldSince) {
    this.heldSince = heldSince;
  }

  /** Takes a record of the topic; what is no result counts for nothing. */
  void take(Envelope envelope) {
    byte[] stored = envelope.value();
    if (stored == null) {
      return;
    }
    JsonNode json;
    try {
      json = JSON.readTree(CloudEvent.plain(stored, ContentMode.of(envelope.headers())));
    } catch (IOException _) {
      return;
    }
    JsonNode invite = json.path("invite");
    String place =
        invite.path("topic").asText()
            + "-"
            + invite.path("partition").asInt()
            + "@"
            + invite.path("offset").asLong()
            + "/"
            + json.path("attempt").asInt();
    // a second verdict names no devices, so it takes nobody's place
    if (json.path("devices").isEmpty() || !seen.add(place)) {
      return;
    }
    LocalDate day = LocalDate.ofInstant(envelope.origin().timestamp(), ZoneOffset.UTC);
    for (JsonNode device : json.path("devices")) {
      String environment =
          device.path("environment").asText(device.path("registeredEnvironment").asText());
      if (device.path("outcome").asText().equals("accepted")
          && environment.equals(Environment.PRODUCTION.wire())) {
        counts.merge(new Place(device.path("app").asText(), day), 1L, Long::sum);
      }
    }
  }

  /** How many pushes to an app were accepted on a day, of those that are known. */
  long of(String app, LocalDate day) {
    return counts.getOrDefault(new Place(app, day), 0L);
  }

  /** Whether a day is known. */
  Known known(LocalDate day) {
    if (!heldSince.isAfter(Days.begin(day))) {
      return Known.ALL;
    }
    return heldSince.isBefore(Days.begin(day.plusDays(1))) ? Known.PART : Known.NOTHING;
  }

  /** Since when results are known. */
  Instant heldSince() {
    return heldSince;
  }
}
