package dev.ringpost.delivery;

import java.util.concurrent.CompletableFuture;

/** The port for what leaves the house. Safe for many threads. */
public interface Outbox {

  /**
   * Stores what a settlement asks for. Returns at once.
   *
   * @return completes when everything is stored safely, which an outage may delay without bound;
   *     never with a failure
   */
  CompletableFuture<Void> store(Decision decision);
}
