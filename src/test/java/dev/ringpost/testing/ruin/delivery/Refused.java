package dev.ringpost.testing.ruin.delivery;

/** An exception whose name does not say that it is thrown. */
public final class Refused extends RuntimeException {

  private static final long serialVersionUID = 1L;
}
