package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** What is done with an arrival. */
@FunctionalInterface
public interface ArrivalHandler {

  /**
   * Handles one arrival on a virtual thread of its own. While it runs it holds one of the places in
   * flight; the offset is held until what it returns completes.
   *
   * @param held whether the arrival's partition is still ours
   * @return completes when the offset may be committed
   */
  CompletableFuture<Void> handle(Arrival arrival, BooleanSupplier held);
}
