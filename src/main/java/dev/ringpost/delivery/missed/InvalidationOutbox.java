package dev.ringpost.delivery.missed;

import dev.ringpost.delivery.TokenInvalidation;
import java.util.concurrent.CompletableFuture;

/** The port for words that a token is dead. Safe for many threads. */
@FunctionalInterface
public interface InvalidationOutbox {

  /** Stores one; completes when it is stored safely, never with a failure. */
  CompletableFuture<?> store(TokenInvalidation dead);
}
