package dev.ringpost.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggedSecretsTest {

  @Test
  void theyAreFoundInWordsAndFactsAndStackTraces() {
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    var logger = new LoggerContext().getLogger("a.room");
    logger.addAppender(lines);
    logger.info("rings for {}", "sip:bob@example.com");
    logger.atWarn().addKeyValue("opens", "open sesame").log("a fact");
    logger.error("a cause", new IllegalStateException("Bob"));
    logger.atInfo().addKeyValue("user", "bob").log("all is well");

    assertThat(lines.list.stream().map(LoggedSecrets::in).flatMap(Optional::stream))
        .satisfiesExactly(
            words ->
                assertThat(words)
                    .isEqualTo(
                        "INFO a.room holds a caller's address at character 10, after \"rings for"
                            + " \""),
            fact -> assertThat(fact).startsWith("WARN a.room holds a marked secret at character"),
            cause -> assertThat(cause).startsWith("ERROR a.room holds a caller's name at"));
  }

  @Test
  void theyAreSoughtInThisJvmFromInfoOn() {
    var root = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

    assertThat(root.iteratorForAppenders())
        .toIterable()
        .hasAtLeastOneElementOfType(LoggedSecrets.class);
    assertThat(LoggerFactory.getLogger("dev.ringpost.any.room").isInfoEnabled()).isTrue();
  }
}
