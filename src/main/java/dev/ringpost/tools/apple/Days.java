package dev.ringpost.tools.apple;

import dev.ringpost.tools.records.Stretch;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Whole days in UTC, as Apple counts them, one after the other.
 *
 * @param first the oldest
 * @param last the newest, which belongs to them; Apple wants another day than the first
 */
public record Days(LocalDate first, LocalDate last) {

  /** Bounds on how many days are asked for: Apple gives two at least, and 30 back at most. */
  public static final int FEWEST = 2;

  public static final int MOST = 30;

  public Days {
    if (!first.isBefore(last)) {
      throw new IllegalArgumentException("Apple's export covers two days at least");
    }
  }

  /**
   * The days before today, which Apple has not counted yet.
   *
   * @param count how many, {@link #FEWEST} to {@link #MOST}
   */
  public static Days before(Instant now, int count) {
    if (count < FEWEST || count > MOST) {
      throw new IllegalArgumentException("must be " + FEWEST + " to " + MOST);
    }
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    return new Days(today.minusDays(count), today.minusDays(1));
  }

  /** The time that they cover. */
  Stretch stretch() {
    return new Stretch(begin(first), begin(last.plusDays(1)));
  }

  /** All of them, the oldest first. */
  List<LocalDate> all() {
    return first.datesUntil(last.plusDays(1)).toList();
  }

  /** The moment at which a day begins. */
  static Instant begin(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
