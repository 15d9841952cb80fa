package dev.ringpost.events;

import static dev.ringpost.call.DeadLetterReason.INVALID_FIELD;
import static dev.ringpost.call.DeadLetterReason.MISSING_FIELD;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.Bounds;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Caller;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.OddField;
import dev.ringpost.call.WireTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The fields of one invite. A required one is as the contract says, or the invite is flawed. An
 * optional one costs no call by its kind alone: a number that came as a string is used, and what a
 * serializer writes for "nothing" (an empty string, 0, an empty array) is nothing. Both are
 * counted. For one thread.
 */
final class InviteFields {

  /** From here on a UNIX time is in milliseconds: as seconds it would lie in the year 5138. */
  private static final double FIRST_MILLIS = 1e11;

  /** What is larger is no UNIX time in milliseconds: as such it would lie in the year 5138. */
  private static final double LAST_MILLIS = 1e14;

  private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(\\.\\d{1,9})?");

  private static final Pattern UUID_SHAPE =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /** What a field that nobody has set is written as; RFC 9562 has it for the absence of one. */
  private static final UUID NIL = new UUID(0, 0);

  /** RFC 3339, which allows a small t and z. */
  private static final DateTimeFormatter RFC_3339 =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_OFFSET_DATE_TIME)
          .toFormatter(Locale.ROOT);

  private final JsonNode root;
  private final InviteJson.Place place;
  private final boolean damaged;
  private final InviteListener listener;

  InviteFields(InviteJson.Read read, InviteListener listener) {
    this.root = read.root();
    this.place = read.place();
    this.damaged = read.damaged();
    this.listener = listener;
  }

  /** A text that must be there, as the type that it is. */
  <T> T required(String field, Function<String, T> type) throws FlawedInviteException {
    return typed(field, requiredText(root, field, field), type);
  }

  Caller caller() throws FlawedInviteException {
    JsonNode caller = root.path("caller");
    if (isAbsent(caller)) {
      throw missing("caller", "{\"uri\": \"sip:bob@example.com\"}");
    }
    if (!caller.isObject()) {
      throw invalid("caller", "must be an object");
    }
    String uri = requiredText(caller, "caller.uri", "uri");
    Optional<String> name = name(caller.path("name"));
    return typed("caller.uri", uri, text -> Caller.of(text, name));
  }

  /** A name must never cost a call, and one with a byte that is no UTF-8 is nobody's name. */
  private Optional<String> name(JsonNode name) {
    if (isAbsent(name)) {
      return Optional.empty();
    }
    if (!name.isTextual() || (damaged && InviteJson.hasBadByte(name.textValue()))) {
      listener.oddField(OddField.CALLER_NAME);
      return Optional.empty();
    }
    return Optional.of(name.textValue());
  }

  boolean isVideo() {
    return "video".equals(root.path("media").textValue());
  }

  Optional<CallUuid> callUuid() throws FlawedInviteException {
    Optional<String> text = text(OddField.CALL_UUID);
    if (text.isPresent() && !UUID_SHAPE.matcher(text.get()).matches()) {
      throw invalid("callUuid", "must be a UUID, such as 0b9c6f57-9f3e-5c43-8f2b-6f6f1f0a9c11");
    }
    Optional<UUID> uuid = text.map(UUID::fromString);
    if (uuid.filter(NIL::equals).isPresent()) {
      listener.oddField(OddField.CALL_UUID);
      return Optional.empty();
    }
    return uuid.map(CallUuid::new);
  }

  Optional<BundleId> app() throws FlawedInviteException {
    Optional<String> text = text(OddField.APP);
    return text.isPresent()
        ? Optional.of(typed("app", text.get(), BundleId::new))
        : Optional.empty();
  }

  /** A time of RFC 3339, or a UNIX time in seconds or milliseconds, as a number or a string. */
  Optional<Instant> time(OddField field) throws FlawedInviteException {
    JsonNode node = root.path(field.json());
    if (isNothing(node, field)) {
      return Optional.empty();
    }
    Optional<Instant> usual = WireTime.read(node.asText());
    if (usual.isPresent()) {
      return usual;
    }
    OptionalDouble number = number(node);
    if (number.isPresent() && number.getAsDouble() > 0 && number.getAsDouble() < LAST_MILLIS) {
      listener.oddField(field);
      double told = number.getAsDouble();
      return Optional.of(
          Instant.ofEpochMilli(Math.round(told < FIRST_MILLIS ? told * 1000 : told)));
    }
    try {
      return Optional.of(OffsetDateTime.parse(node.asText(), RFC_3339).toInstant());
    } catch (DateTimeException _) {
      throw invalid(field.json(), "must be a time of RFC 3339, such as 2026-11-24T09:30:00Z");
    }
  }

  /** Seconds above 0, at most {@code longest}. */
  Optional<Duration> seconds(OddField field, Duration longest) throws FlawedInviteException {
    JsonNode node = root.path(field.json());
    if (isNothing(node, field)) {
      return Optional.empty();
    }
    OptionalDouble number = number(node);
    if (number.isEmpty() || !(number.getAsDouble() > 0)) {
      throw invalid(field.json(), "must be a number of seconds above 0, such as 30");
    }
    if (!node.isNumber()) {
      listener.oddField(field);
    }
    double millis = Math.min(number.getAsDouble() * 1000, (double) longest.toMillis());
    return Optional.of(Duration.ofMillis(Math.round(millis)));
  }

  Set<DeviceId> excludeDevices() throws FlawedInviteException {
    JsonNode list = root.path(OddField.EXCLUDE_DEVICES.json());
    if (isNothing(list, OddField.EXCLUDE_DEVICES)) {
      return Set.of();
    }
    if (!list.isArray() || list.size() > CallInvite.MAX_EXCLUDED) {
      throw invalid(
          "excludeDevices",
          "must be an array of at most " + CallInvite.MAX_EXCLUDED + " device ids");
    }
    Set<DeviceId> devices = new HashSet<>();
    for (int at = 0; at < list.size(); at++) {
      JsonNode id = list.get(at);
      if (isNothing(id, OddField.EXCLUDE_DEVICES)) {
        continue;
      }
      if (!id.isTextual()) {
        throw invalid("excludeDevices", "must hold strings only");
      }
      String path = "excludeDevices[" + at + "]";
      devices.add(typed(path, whole(path, id), DeviceId::new));
    }
    return devices;
  }

  Optional<ObjectNode> custom() throws FlawedInviteException {
    JsonNode custom = root.path(OddField.CUSTOM.json());
    if (isNothing(custom, OddField.CUSTOM)) {
      return Optional.empty();
    }
    if (custom instanceof ObjectNode object) {
      return Optional.of(object);
    }
    throw invalid("custom", "must be an object");
  }

  private Optional<String> text(OddField field) throws FlawedInviteException {
    JsonNode node = root.path(field.json());
    if (isNothing(node, field)) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw invalid(field.json(), "must be a string");
    }
    return Optional.of(whole(field.json(), node));
  }

  /**
   * @param path the field as an error names it
   */
  private String requiredText(JsonNode parent, String path, String field)
      throws FlawedInviteException {
    JsonNode node = parent.path(field);
    if (isAbsent(node)) {
      throw missing(path, "\"" + path + "\": \"…\"");
    }
    if (!node.isTextual()) {
      throw invalid(path, "must be a string");
    }
    return whole(path, node);
  }

  /** A text that names something: with a byte that is no UTF-8 it would name something else. */
  private String whole(String path, JsonNode text) throws FlawedInviteException {
    if (damaged && InviteJson.hasBadByte(text.textValue())) {
      throw invalid(path, "must be UTF-8");
    }
    return text.textValue();
  }

  private FlawedInviteException missing(String field, String example) {
    return new FlawedInviteException(
        MISSING_FIELD,
        place.path(field)
            + " is missing"
            + place.lacking()
            + "; it is required, such as "
            + example);
  }

  /** The flaw of a field that breaks a rule. */
  FlawedInviteException invalid(String field, String rule) {
    return new FlawedInviteException(INVALID_FIELD, place.path(field) + " " + rule);
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  /** Whether an optional field is not there, or is what serializers write for nothing. */
  private boolean isNothing(JsonNode node, OddField field) {
    if (isAbsent(node)) {
      return true;
    }
    boolean empty =
        (node.isTextual() && node.textValue().isBlank())
            || (node.isNumber() && node.doubleValue() == 0)
            || (node.isArray() && node.isEmpty());
    if (empty && !(field == OddField.EXCLUDE_DEVICES && node.isArray())) {
      listener.oddField(field);
    }
    return empty;
  }

  private static OptionalDouble number(JsonNode node) {
    if (node.isNumber()) {
      return OptionalDouble.of(node.doubleValue());
    }
    String text = node.isTextual() ? node.textValue().strip() : "";
    return NUMBER.matcher(text).matches()
        ? OptionalDouble.of(Double.parseDouble(text))
        : OptionalDouble.empty();
  }

  /**
   * Makes a typed value; what its own constructor refuses becomes a flaw of the field.
   *
   * @param field as an error names it, whatever the type calls itself
   */
  private <T> T typed(String field, String text, Function<String, T> type)
      throws FlawedInviteException {
    try {
      return type.apply(text);
    } catch (Bounds.UnfitTextException e) {
      throw invalid(field, e.rule());
    }
  }
}
