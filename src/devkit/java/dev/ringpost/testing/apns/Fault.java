package dev.ringpost.testing.apns;

import java.time.Duration;

/**
 * A lasting fault of a server, or of the way to it. What is over in a moment is a {@link
 * ConnectionFault}; what is wrong with one push is a {@link Behaviour}.
 */
public sealed interface Fault {

  /**
   * A behaviour that all good pushes get, whatever else was set for them. Of several in force, the
   * newest counts.
   */
  record PushesGet(Behaviour behaviour) implements Fault {}

  /** A delay for the answers to good pushes. Several in force add up. */
  record SlowAnswers(Duration delay) implements Fault {

    public SlowAnswers {
      if (delay.isNegative()) {
        throw new IllegalArgumentException("an answer cannot come before its push");
      }
    }
  }

  /**
   * A connection that is half open: it stays, and nothing is read, answered or told any more, not
   * even a PING. What was held comes when the fault ends. New connections are accepted and get no
   * TLS.
   */
  record Silence() implements Fault {}

  /**
   * Another stream limit, which is announced; the usual one is again when the fault ends. Of
   * several in force, the newest counts. A client has one stream at most until it has authenticated
   * by token.
   *
   * @param streams from 0, which allows none
   */
  record StreamLimit(int streams) implements Fault {

    public StreamLimit {
      if (streams < 0) {
        throw new IllegalArgumentException("there cannot be less than no stream");
      }
    }
  }

  /**
   * A bound on the bytes of bodies until more is granted, which happens when the fault ends: the
   * window of HTTP/2's flow control for each new stream. The newest counts.
   *
   * @param bytes from 0, which lets no body through
   */
  record BodyWindow(int bytes) implements Fault {

    public BodyWindow {
      if (bytes < 0) {
        throw new IllegalArgumentException("a window cannot be announced below 0");
      }
    }
  }

  /** A window for bodies that grows back only as pushes are answered, not as they are read. */
  record LateWindow() implements Fault {}

  /** A refusal of TLS, with an alert, for new connections. */
  record TlsRefused() implements Fault {}

  /**
   * A silence on new connections: they get TLS and then nothing, no SETTINGS either, for all their
   * life.
   */
  record NoSettings() implements Fault {}

  static Fault pushesGet(Behaviour behaviour) {
    return new PushesGet(behaviour);
  }

  static Fault slowAnswers(Duration delay) {
    return new SlowAnswers(delay);
  }

  static Fault silence() {
    return new Silence();
  }

  static Fault streamLimit(int streams) {
    return new StreamLimit(streams);
  }

  static Fault bodyWindow(int bytes) {
    return new BodyWindow(bytes);
  }

  static Fault lateWindow() {
    return new LateWindow();
  }

  static Fault tlsRefused() {
    return new TlsRefused();
  }

  static Fault noSettings() {
    return new NoSettings();
  }
}
