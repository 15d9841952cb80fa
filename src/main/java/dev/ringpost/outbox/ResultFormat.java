package dev.ringpost.outbox;

/** The format of results. The object is the same in each; a CloudEvent has attributes beside it. */
public enum ResultFormat {
  /** The plain object. */
  JSON,
  /** A CloudEvent in binary mode: the plain object, with attributes as headers. */
  CLOUDEVENTS_BINARY,
  /** A CloudEvent in structured mode: an event of JSON, with the object as its data. */
  CLOUDEVENTS_STRUCTURED
}
