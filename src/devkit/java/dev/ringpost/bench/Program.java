package dev.ringpost.bench;

import java.util.List;
import java.util.Optional;

/** The programs that ring what Kafka invites to. */
enum Program {
  /** The shipped jar, with all its duties. */
  RINGPOST("Ringpost", Optional.empty(), 60_000),
  /** Blocking pushes in the threads of Confluent's parallel-consumer. */
  PARALLEL_100("parallel-consumer, 100 at once", 20_000),
  /** The same with more threads. */
  PARALLEL_500("parallel-consumer, 500 at once", 40_000),
  /** A blocking listener of spring-kafka with retry topics. */
  RETRYABLE("spring-kafka @RetryableTopic", 2_000),
  /** A listener of spring-kafka that returns a future. */
  ASYNC("spring-kafka, asynchronous", 40_000);

  private static final String PEERS = "dev.ringpost.bench.peers.Peer";

  private final String words;
  private final Optional<String> main;
  private final int latePushes;

  Program(String words, int latePushes) {
    this(words, Optional.of(PEERS), latePushes);
  }

  Program(String words, Optional<String> main, int latePushes) {
    this.words = words;
    this.main = main;
    this.latePushes = latePushes;
  }

  String words() {
    return words;
  }

  /** The class that is started; empty for the shipped jar. */
  Optional<String> main() {
    return main;
  }

  /** How many pushes some seconds suffice for when answers come late. */
  int latePushes() {
    return latePushes;
  }

  /** Whom it is measured with. */
  List<Callees> callees() {
    return this == RINGPOST
        ? List.of(Callees.ONE_PHONE, Callees.TWO_PHONES)
        : List.of(Callees.ONE_PHONE);
  }

  /** What it is called when it rings some callees. */
  String words(Callees whom) {
    return callees().size() == 1
        ? words
        : words + (whom.phones() == 1 ? ", one phone per invite" : ", two phones per invite");
  }

  /** Whether what it needs is on the class path. */
  boolean isThere() {
    return main.stream()
        .allMatch(
            name -> Program.class.getResource("/" + name.replace('.', '/') + ".class") != null);
  }
}
