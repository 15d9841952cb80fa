package dev.ringpost.live;

import java.util.List;

/**
 * The state of the worker in words, as {@code /readyz} tells it.
 *
 * @param notReady one line for each thing that is not ready, empty if all is
 * @param notes one line for each thing that needs a hand though phones ring
 */
public record Health(List<String> notReady, List<String> notes) {

  public Health {
    notReady = List.copyOf(notReady);
    notes = List.copyOf(notes);
  }
}
