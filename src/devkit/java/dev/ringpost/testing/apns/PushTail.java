package dev.ringpost.testing.apns;

import java.util.List;
import java.util.function.Consumer;

/** A look at what arrived at one local APNs since the look before. For one thread. */
public final class PushTail {

  private final String environment;
  private final LocalApns apns;
  private long seen;

  /** Begins with what arrives from now on. */
  public PushTail(String environment, LocalApns apns) {
    this.environment = environment;
    this.apns = apns;
    this.seen = apns.received();
  }

  /** Tells of each new push; if the APNs keeps fewer than arrived, of the newest. */
  public void look(Consumer<String> lines) {
    long received = apns.received();
    if (received == seen) {
      return;
    }
    List<ReceivedPush> kept = apns.pushes();
    int unseen = (int) Math.min(received - seen, kept.size());
    for (ReceivedPush push : kept.subList(kept.size() - unseen, kept.size())) {
      lines.accept(PushLine.of(environment, push));
    }
    seen = received;
  }
}
