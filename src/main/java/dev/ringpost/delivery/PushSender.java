package dev.ringpost.delivery;

import java.util.concurrent.CompletableFuture;

/** The port to APNs: pushes to devices. Safe for many threads. */
public interface PushSender {

  /**
   * Rings one device once. Returns at once.
   *
   * @return completes with the outcome within the longest attempt, never with a failure; it may
   *     complete on a network thread, so nothing that blocks may hang on it
   */
  CompletableFuture<PushReport> push(PushRequest request);
}
