package dev.ringpost.config;

import dev.ringpost.config.declaration.Default;
import dev.ringpost.config.declaration.Doc;
import dev.ringpost.config.declaration.Matches;
import dev.ringpost.config.declaration.Range;
import java.time.Duration;
import java.util.List;

/** The settings of the retry ladder, and of the reading of its topics. */
public record RetryConfig(
    @Doc(
            "How long an unfinished invite waits for its next tries; the last wait repeats while"
                + " the deadline allows. Each wait has a topic of its own.")
        @Default("1s,2s,4s")
        @Range(min = "100ms", max = "60s")
        List<Duration> ladder,
    @Doc("The consumer group of the workers on the retry topics.")
        @Default("ringpost.retry")
        @Matches(value = Matches.GROUP, words = Matches.GROUP_WORDS)
        String group,
    @Doc("Retries that one worker rings at once, beside `intake.max-in-flight`.")
        @Default("500")
        @Range(min = "1", max = "100000")
        int maxInFlight) {

  public RetryConfig {
    ladder = List.copyOf(ladder);
  }

  /** How many retries the ladder has, each with a topic of its own. */
  public int count() {
    return ladder.size();
  }
}
