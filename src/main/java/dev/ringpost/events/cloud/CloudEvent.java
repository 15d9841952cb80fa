package dev.ringpost.events.cloud;

/**
 * A CloudEvent 1.0 in structured mode and the JSON format. Only its data is read: its attributes,
 * such as {@code type}, {@code subject} and {@code time}, mean nothing to us.
 */
public sealed interface CloudEvent {

  /** The attribute that every event has. */
  String SPEC_VERSION = "specversion";

  /** The member that holds data as JSON. */
  String DATA = "data";

  /** The member that holds data as bytes, in base64. */
  String DATA_BASE64 = "data_base64";

  /** An event's data: the value that the record would have without the event around it. */
  @SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
  record Data(byte[] bytes) implements CloudEvent {}

  /**
   * An event whose data cannot be had.
   *
   * @param detail words for a person, which name the field and the fix and quote nothing
   */
  record Flawed(Fault fault, String detail) implements CloudEvent {}

  /** The kind of what is wrong with an event. */
  enum Fault {
    /** It is not one JSON object in UTF-8. */
    NOT_JSON,
    /** It has no data. */
    NO_DATA,
    /** Its data is no JSON object, or no base64. */
    INVALID_DATA
  }

  /** What is said of an event in another format. */
  Flawed OTHER_FORMAT =
      new Flawed(
          Fault.NOT_JSON,
          "content-type names another format of CloudEvents than JSON, or a batch; write one event"
              + " as application/cloudevents+json, or the plain value");

  /** Reads an event; of a member that repeats the last counts, and data goes before its base64. */
  static CloudEvent read(byte[] event) {
    return new CloudEventReader(event).read();
  }

  /**
   * A record's value without the event around it, for readers of what we wrote ourselves: the data
   * of an event in structured mode, else the value as it stands.
   */
  static byte[] plain(byte[] value, ContentMode mode) {
    return switch (mode) {
      case DATA, OTHER_FORMAT -> value;
      case STRUCTURED -> read(value) instanceof Data(byte[] data) ? data : value;
    };
  }
}
