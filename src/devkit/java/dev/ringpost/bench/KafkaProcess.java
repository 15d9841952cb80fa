package dev.ringpost.bench;

import dev.ringpost.testing.LocalKafka;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** An embedded Kafka with the {@link CallServer} that publishes to it, in a JVM of their own. */
final class KafkaProcess implements AutoCloseable {

  /** One node must do for transactions. */
  private static final Map<String, String> ONE_NODE =
      Map.of(
          "transaction.state.log.replication.factor", "1",
          "transaction.state.log.min.isr", "1",
          "transaction.state.log.num.partitions", "1");

  private final Child child;

  private KafkaProcess(Child child) {
    this.child = child;
  }

  static KafkaProcess start() throws IOException {
    return new KafkaProcess(Child.start(KafkaProcess.class));
  }

  String bootstrapServers() {
    return child.greeting();
  }

  Duration cpu() {
    return child.cpu();
  }

  /** Publishes everybody's phones. */
  void register() throws IOException {
    child.ask("register");
  }

  /** Makes an empty topic. */
  void create(String topic) throws IOException {
    child.ask("create " + topic);
  }

  /** Publishes invites that nobody may read yet. */
  void prepare(Callees callees, int invites) throws IOException {
    child.ask("prepare " + callees + " " + invites);
  }

  /** Lets all prepared invites be read, at once. */
  void release() throws IOException {
    child.ask("release");
  }

  /** Publishes stamped invites at an even pace, and returns when all are stored. */
  void pace(String topic, Callees callees, int invites, int perSecond) throws IOException {
    child.ask("pace " + topic + " " + callees + " " + invites + " " + perSecond);
  }

  /**
   * Waits until there are so many results in all.
   *
   * @return when the last was seen, as {@link Stamp#nowMicros}
   */
  long awaitResults(long results) throws IOException {
    return Long.parseLong(child.ask("await " + results));
  }

  @Override
  public void close() {
    child.close();
  }

  /** The child. */
  public static void main(String[] arguments) throws Exception {
    try (var kafka = LocalKafka.start(ONE_NODE);
        var calls = new CallServer(kafka.bootstrapServers())) {
      Child.serve(
          kafka.bootstrapServers(),
          order -> {
            String[] words = order.split(" ", -1);
            switch (words[0]) {
              case "register" -> calls.register();
              case "create" -> calls.create(words[1]);
              case "prepare" -> calls.prepare(Callees.valueOf(words[1]), number(words[2]));
              case "release" -> calls.release();
              case "pace" ->
                  calls.pace(
                      words[1], Callees.valueOf(words[2]), number(words[3]), number(words[4]));
              case "await" -> calls.awaitResults(Long.parseLong(words[1]));
              default -> throw new IllegalArgumentException(order);
            }
            return String.valueOf(Stamp.nowMicros());
          });
    }
  }

  private static int number(String word) {
    return Integer.parseInt(word);
  }
}
