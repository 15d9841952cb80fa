package dev.ringpost.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The passes of one subject in one setting, in the order in which they were run.
 *
 * @param subject who was measured, in words
 * @param setting under which circumstances, in words
 * @param passes the raw figures of each pass
 */
public record Series(String subject, String setting, List<Pass> passes) {

  public Series {
    passes = List.copyOf(passes);
  }

  /** The spread of a figure over all passes; empty if no pass has it. */
  public Optional<Spread> of(Figure figure) {
    return Spread.of(
        passes.stream().map(pass -> pass.get(figure)).filter(Double::isFinite).toList());
  }

  /** The same, with a further pass. */
  Series and(Pass pass) {
    List<Pass> more = new ArrayList<>(passes);
    more.add(pass);
    return new Series(subject, setting, more);
  }
}
