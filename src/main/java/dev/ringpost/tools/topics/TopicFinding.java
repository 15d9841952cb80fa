package dev.ringpost.tools.topics;

/**
 * Something about a topic, or about Kafka as a whole, that an operator should repair.
 *
 * @param topic empty if it concerns Kafka as a whole
 * @param wrong what is wrong
 * @param fix what to do, for the most part a command line
 */
public record TopicFinding(Severity severity, String topic, String wrong, String fix) {

  /** Whether a worker can do its work all the same. */
  public enum Severity {
    /** A worker must not start. */
    ERROR,
    /** A worker can start and rings phones; what it writes to this topic waits in its memory. */
    WRITES_WAIT,
    /** A worker can start; something is not as advised. */
    WARNING
  }

  static TopicFinding error(String topic, String wrong, String fix) {
    return new TopicFinding(Severity.ERROR, topic, wrong, fix);
  }

  static TopicFinding warning(String topic, String wrong, String fix) {
    return new TopicFinding(Severity.WARNING, topic, wrong, fix);
  }

  /** One line. */
  @Override
  public String toString() {
    return (topic.isEmpty() ? "" : "topic " + topic + " ") + wrong + "; fix: " + fix;
  }
}
