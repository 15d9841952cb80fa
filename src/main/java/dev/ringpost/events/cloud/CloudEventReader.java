package dev.ringpost.events.cloud;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ringpost.events.cloud.CloudEvent.Fault;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The reader of one event, as a stream. It cuts the data out of the event byte for byte, so that
 * whoever reads it meets what was written: digits, names that repeat, and flaws. For one use.
 */
final class CloudEventReader {

  private static final JsonFactory JSON = new JsonFactory();

  private final byte[] event;
  private Optional<CloudEvent> ofData = Optional.empty();
  private Optional<CloudEvent> ofBase64 = Optional.empty();

  CloudEventReader(byte[] event) {
    this.event = event;
  }

  CloudEvent read() {
    try (JsonParser parser = JSON.createParser(event, 0, event.length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return notJson();
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        switch (name) {
          case CloudEvent.DATA -> ofData = data(parser);
          case CloudEvent.DATA_BASE64 -> ofBase64 = base64(parser);
          default -> parser.skipChildren();
        }
      }
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        return notJson();
      }
    } catch (IOException _) {
      return notJson();
    }
    return ofData.or(() -> ofBase64).orElseGet(CloudEventReader::noData);
  }

  private Optional<CloudEvent> data(JsonParser parser) throws IOException {
    if (parser.hasToken(JsonToken.VALUE_NULL)) {
      return Optional.empty();
    }
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      parser.skipChildren();
      return Optional.of(
          new CloudEvent.Flawed(
              Fault.INVALID_DATA,
              "data of the CloudEvent must be a JSON object; a string that holds one was"
                  + " serialized twice"));
    }
    long from = parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    long to = parser.currentLocation().getByteOffset();
    if (from < 0 || to > event.length) {
      return Optional.of(notJson());
    }
    return Optional.of(
        new CloudEvent.Data(Arrays.copyOfRange(event, Math.toIntExact(from), Math.toIntExact(to))));
  }

  private static Optional<CloudEvent> base64(JsonParser parser) throws IOException {
    if (parser.hasToken(JsonToken.VALUE_NULL)) {
      return Optional.empty();
    }
    try {
      if (parser.hasToken(JsonToken.VALUE_STRING)) {
        return Optional.of(new CloudEvent.Data(Base64.getDecoder().decode(parser.getText())));
      }
    } catch (IllegalArgumentException _) {
      // Told below, like another kind of value.
    }
    parser.skipChildren();
    return Optional.of(
        new CloudEvent.Flawed(
            Fault.INVALID_DATA, "data_base64 of the CloudEvent must be a string in base64"));
  }

  private static CloudEvent notJson() {
    return new CloudEvent.Flawed(
        Fault.NOT_JSON, "the CloudEvent must be one JSON object in UTF-8, with data in it");
  }

  private static CloudEvent noData() {
    return new CloudEvent.Flawed(
        Fault.NO_DATA,
        "data is missing; write the value into the CloudEvent as its data, a JSON object");
  }
}
