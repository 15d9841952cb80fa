package dev.ringpost.bench.peers;

import dev.ringpost.bench.ApnsAddress;
import dev.ringpost.bench.Child;

/** The process of a peer: its name, the broker, the topic of invites, and where the APNs are. */
public final class Peer {

  private Peer() {}

  public static void main(String[] arguments) throws Exception {
    var invites = new Invites(arguments[1], arguments[2]);
    try (var phones = Phones.load(arguments[1]);
        var calls = new CallPushes(phones, ApnsAddress.parse(arguments[3]));
        AutoCloseable _ = start(arguments[0], invites, calls)) {
      Child.serve(
          "ready",
          order -> {
            throw new IllegalArgumentException(order);
          });
    }
    System.exit(0);
  }

  private static AutoCloseable start(String name, Invites invites, CallPushes calls) {
    return switch (name) {
      case "PARALLEL_100" -> ParallelPeer.start(invites, calls, 100);
      case "PARALLEL_500" -> ParallelPeer.start(invites, calls, 500);
      case "RETRYABLE" -> RetryablePeer.start(invites, calls);
      case "ASYNC" -> AsyncPeer.start(invites, calls);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
