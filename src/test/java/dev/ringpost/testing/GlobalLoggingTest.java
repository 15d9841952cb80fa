package dev.ringpost.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class GlobalLoggingTest {

  private final LoggerContext context = new LoggerContext();

  @Test
  void theRootsLevelAndAppendersAreWhatMayNotChange() {
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    var before = GlobalLogging.State.of(context);
    root.setLevel(Level.OFF);
    var quiet = GlobalLogging.State.of(context);
    root.setLevel(before.level());
    root.addAppender(new ListAppender<ILoggingEvent>());

    assertThat(quiet).isNotEqualTo(before);
    assertThat(GlobalLogging.State.of(context)).isNotEqualTo(before);
    root.detachAndStopAllAppenders();
    assertThat(GlobalLogging.State.of(context)).isEqualTo(before);
  }
}
