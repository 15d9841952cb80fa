package dev.ringpost.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Envelope;
import dev.ringpost.events.cloud.CloudEvent;
import dev.ringpost.events.cloud.ContentMode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The call id of a record that is no invite, read token by token up to where its JSON breaks, so
 * that the call's server can be told. Reads at most the record once; for one use.
 */
final class CallIdScan {

  private static final JsonFactory JSON = new JsonFactory();

  private final Set<String> own = new HashSet<>();
  private final Set<String> ofData = new HashSet<>();
  private boolean isEvent;

  private CallIdScan(boolean isEvent) {
    this.isEvent = isEvent;
  }

  /** The call id, if exactly one stands before the break, where an invite has its own. */
  static Optional<CallId> of(Envelope record) {
    byte[] value = record.value();
    if (value == null) {
      return Optional.empty();
    }
    var scan = new CallIdScan(ContentMode.of(record.headers()) == ContentMode.STRUCTURED);
    scan.read(value, true);
    return only(scan.own.isEmpty() && scan.isEvent ? scan.ofData : scan.own);
  }

  private static Optional<CallId> only(Set<String> found) {
    try {
      return found.stream()
          .filter(Predicate.not(InviteJson::hasBadByte))
          .findFirst()
          .filter(_ -> found.size() == 1)
          .map(CallId::new);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * @param isRoot whether this is the record's own object, and not the data of an event
   */
  private void read(byte[] value, boolean isRoot) {
    var text = new InputStreamReader(new ByteArrayInputStream(value), StandardCharsets.UTF_8);
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        readObject(json, isRoot);
      }
    } catch (IOException _) {
      // Here it breaks; what was found before stands.
    }
  }

  private void readObject(JsonParser json, boolean isRoot) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      boolean isText = json.nextToken() == JsonToken.VALUE_STRING;
      if (field.equals("callId") && isText) {
        (isRoot ? own : ofData).add(json.getText());
      } else if (isRoot && field.equals(CloudEvent.SPEC_VERSION)) {
        isEvent = true;
      } else if (isRoot && field.equals(CloudEvent.DATA_BASE64) && isText) {
        readBase64(json.getText());
      } else if (isRoot && field.equals(CloudEvent.DATA) && json.hasToken(JsonToken.START_OBJECT)) {
        readObject(json, false);
      } else {
        json.skipChildren();
      }
    }
  }

  private void readBase64(String text) {
    try {
      read(Base64.getDecoder().decode(text), false);
    } catch (IllegalArgumentException _) {
      // No base64, so there is nothing to find.
    }
  }
}
