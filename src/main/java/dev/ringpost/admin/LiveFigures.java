package dev.ringpost.admin;

/** The figures of the live page. Asked once a second, by one thread. */
@FunctionalInterface
public interface LiveFigures {

  /** The state now, as one line of JSON without names, addresses, tokens or payloads. */
  String look();
}
