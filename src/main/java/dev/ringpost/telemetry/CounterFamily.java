package dev.ringpost.telemetry;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** One counter for each constant of an enum, all made at once so that zero is shown too. */
final class CounterFamily<E extends Enum<E>> {

  private final Map<E, Counter> counters;

  CounterFamily(Class<E> type, Function<E, Counter> counter) {
    this.counters = new EnumMap<>(type);
    for (E constant : requireNonNull(type.getEnumConstants())) {
      counters.put(constant, counter.apply(constant));
    }
  }

  void increment(E constant) {
    increment(constant, 1);
  }

  void increment(E constant, int by) {
    requireNonNull(counters.get(constant)).increment(by);
  }
}
