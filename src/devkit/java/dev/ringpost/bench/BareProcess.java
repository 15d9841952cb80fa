package dev.ringpost.bench;

import java.time.Duration;
import java.util.List;

/** {@link BarePushy} in a JVM of its own, with the flags of the worker's. */
final class BareProcess implements Measured, AutoCloseable {

  private final Child child;
  private final Allocation allocation;

  private BareProcess(Child child) {
    this.child = child;
    this.allocation = Allocation.of(child.pid());
  }

  static BareProcess start(List<String> flags, ApnsAddress apns) {
    return new BareProcess(Child.start(flags, BareProcess.class.getName(), apns.line()));
  }

  /** Sends as fast as it can, and returns when all are answered. */
  void drive(int pushes, int inFlight) {
    child.ask("drive " + pushes + " " + inFlight);
  }

  /** Begins to hand each invite of a topic to Pushy. */
  void relay(String bootstrapServers, String topic) {
    child.ask("relay " + bootstrapServers + " " + topic);
  }

  /** Ends what {@link #relay} began. */
  void rest() {
    child.ask("rest");
  }

  @Override
  public Duration cpu() {
    return child.cpu();
  }

  @Override
  public long allocatedBytes() {
    return allocation.bytes();
  }

  @Override
  public void close() {
    allocation.close();
    child.close();
  }

  /** The child. */
  public static void main(String[] arguments) throws Exception {
    try (var pushy = new BarePushy(ApnsAddress.parse(arguments[0]))) {
      Child.serve(
          "ready",
          order -> {
            String[] words = order.split(" ", -1);
            switch (words[0]) {
              case "drive" -> pushy.drive(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
              case "relay" -> pushy.relay(words[1], words[2]);
              case "rest" -> pushy.rest();
              default -> throw new IllegalArgumentException(order);
            }
            return "";
          });
    }
    System.exit(0);
  }
}
