package dev.ringpost.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The content of a retry record's headers.
 *
 * @param origin where the invite stood first
 * @param deadline when the ringing is over
 * @param attempt the number of the coming try
 * @param due when it is to be made
 * @param devices the devices that are still to ring; empty for all
 * @param accepted how many APNs has taken a push for
 * @param mistake the first mistake that was met so far
 */
public record RetryNote(
    Origin origin,
    Deadline deadline,
    int attempt,
    Instant due,
    Optional<Set<DeviceId>> devices,
    int accepted,
    Optional<Flaw> mistake) {

  private static final ObjectReader STRINGS = new JsonMapper().readerFor(String[].class);

  /**
   * Reads the headers. A newer worker's record, as there are during a rolling update, is read as
   * far as it is understood: what it says beside is for newer workers.
   *
   * @throws FlawedInviteException if one is missing or cannot be read: somebody else wrote the
   *     record
   */
  public static RetryNote read(List<RecordHeader> headers) throws FlawedInviteException {
    Map<String, String> texts = new HashMap<>();
    for (RecordHeader header : headers) {
      byte[] value = header.value();
      if (header.key().startsWith(HeaderName.PREFIX) && value != null) {
        texts.put(header.key(), new String(value, StandardCharsets.UTF_8));
      }
    }
    try {
      // A newer format may say more; it says what stands here, in these words, or leaves it out.
      int _ = number(texts, HeaderName.FORMAT, 1);
      int attempt = number(texts, HeaderName.ATTEMPT, 2);
      return new RetryNote(
          new Origin(
              required(texts, HeaderName.ORIGIN_TOPIC),
              number(texts, HeaderName.ORIGIN_PARTITION, 0),
              Long.parseLong(required(texts, HeaderName.ORIGIN_OFFSET)),
              Instant.parse(required(texts, HeaderName.ORIGIN_TIMESTAMP))),
          new Deadline(Instant.parse(required(texts, HeaderName.DEADLINE))),
          attempt,
          Instant.parse(required(texts, HeaderName.DUE)),
          devices(texts.get(HeaderName.DEVICES.key())),
          number(texts, HeaderName.ACCEPTED, 0),
          mistake(texts));
    } catch (NumberFormatException | DateTimeParseException _) {
      throw new FlawedInviteException(
          DeadLetterReason.BAD_RETRY_HEADERS, "a ringpost- header is not a number or not a time");
    }
  }

  private static Optional<Flaw> mistake(Map<String, String> texts) {
    return Optional.ofNullable(texts.get(HeaderName.REASON.key()))
        .map(
            code ->
                new Flaw(
                    DeadLetterReason.of(code), texts.getOrDefault(HeaderName.DETAIL.key(), "")));
  }

  private static String required(Map<String, String> texts, HeaderName name)
      throws FlawedInviteException {
    String text = texts.get(name.key());
    if (text == null) {
      throw flawed(name, "is missing");
    }
    return text;
  }

  private static int number(Map<String, String> texts, HeaderName name, int least)
      throws FlawedInviteException {
    int number = Integer.parseInt(required(texts, name));
    if (number < least) {
      throw flawed(name, "must be at least " + least);
    }
    return number;
  }

  private static Optional<Set<DeviceId>> devices(@Nullable String array)
      throws FlawedInviteException {
    if (array == null) {
      return Optional.empty();
    }
    try {
      String[] ids = STRINGS.readValue(array);
      return Optional.of(
          Arrays.stream(ids).map(DeviceId::new).collect(Collectors.toUnmodifiableSet()));
    } catch (JsonProcessingException | IllegalArgumentException | NullPointerException _) {
      throw flawed(HeaderName.DEVICES, "must be a JSON array of device ids");
    }
  }

  private static FlawedInviteException flawed(HeaderName name, String wrong) {
    return new FlawedInviteException(
        DeadLetterReason.BAD_RETRY_HEADERS,
        name.key() + " " + wrong + "; only Ringpost itself writes to its retry topics");
  }
}
