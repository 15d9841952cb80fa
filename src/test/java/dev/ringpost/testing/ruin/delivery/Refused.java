package dev.ringpost.testing.ruin.delivery;

/** Does not say by its name that it is thrown. */
public final class Refused extends RuntimeException {

  private static final long serialVersionUID = 1L;
}
