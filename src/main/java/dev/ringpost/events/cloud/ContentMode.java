package dev.ringpost.events.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.RecordHeader;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The content mode of a record, as its header {@code content-type} tells it: CloudEvents 1.0, Kafka
 * protocol binding, section 3.
 */
public enum ContentMode {
  /**
   * The value is the data: of a plain record, or of an event in binary mode. Kafka's header is
   * optional, so it may be an event in structured mode all the same, which its fields tell.
   */
  DATA,
  /** The value is an event in the JSON format. */
  STRUCTURED,
  /** The value is an event in a format that we do not read, or several. */
  OTHER_FORMAT;

  /** The header, in whatever case. */
  public static final String HEADER = "content-type";

  private static final String BINARY_VERSION = "ce_" + CloudEvent.SPEC_VERSION;
  private static final String EVENT = "application/cloudevents";

  /** Whether a record is an event in binary mode: its attributes stand in the headers. */
  public static boolean isBinary(List<RecordHeader> headers) {
    return of(headers) == DATA
        && headers.stream().anyMatch(header -> header.key().equalsIgnoreCase(BINARY_VERSION));
  }

  /** The mode by the last header of the name, as Kafka reads headers. */
  public static ContentMode of(List<RecordHeader> headers) {
    ContentMode mode = DATA;
    for (RecordHeader header : headers) {
      mode = header.key().equalsIgnoreCase(HEADER) ? of(header.value()) : mode;
    }
    return mode;
  }

  /** The mode of a record as Kafka's client hands it out; without headers it allocates nothing. */
  public static ContentMode of(Headers headers) {
    ContentMode mode = DATA;
    for (Header header : headers.toArray()) {
      mode = header.key().equalsIgnoreCase(HEADER) ? of(header.value()) : mode;
    }
    return mode;
  }

  /** The mode that a media type names, with or without parameters. */
  public static ContentMode of(String mediaType) {
    String type = mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!type.startsWith(EVENT)) {
      return DATA;
    }
    return type.equals(EVENT) || type.equals(EVENT + "+json") ? STRUCTURED : OTHER_FORMAT;
  }

  private static ContentMode of(byte @Nullable [] mediaType) {
    return mediaType == null ? DATA : of(new String(mediaType, UTF_8));
  }
}
