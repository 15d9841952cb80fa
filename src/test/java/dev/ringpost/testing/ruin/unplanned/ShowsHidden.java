package dev.ringpost.testing.ruin.unplanned;

/** A record that other packages can make and ask, of a part that they do not see. */
public record ShowsHidden(Hidden hidden) {

  record Hidden() {}
}
