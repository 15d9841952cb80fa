package dev.ringpost.demo;

/** The ports on which the demo listens; 0 stands for any free port. */
record Ports(int kafka, int production, int sandbox, int admin) {

  static final Ports FREE = new Ports(0, 0, 0, 0);

  /** What {@code --keep} uses, so that its hints can be typed. */
  static final Ports FIXED = new Ports(19092, 12197, 12198, 18080);
}
