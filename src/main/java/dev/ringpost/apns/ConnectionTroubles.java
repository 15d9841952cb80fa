package dev.ringpost.apns;

import dev.ringpost.apns.path.Loss;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The troubles of a slot's connections since one has stood well, as the log tells them: of trouble
 * without end, ever more rarely. Lives on the loop.
 */
final class ConnectionTroubles {

  private static final Logger log = LoggerFactory.getLogger(ConnectionTroubles.class);

  private final String name;
  private int troubles;

  ConnectionTroubles(String name) {
    this.name = name;
  }

  /** A connection is up. */
  void connected(int streams) {
    if (Integer.bitCount(troubles) <= 1) {
      log.atInfo()
          .addKeyValue("connection", name)
          .addKeyValue("streams", streams)
          .log("connected to APNs");
    }
  }

  /** A connection is replaced. */
  void replaced(Loss loss, @Nullable Throwable cause) {
    troubles++;
    if (Integer.bitCount(troubles) == 1) {
      log.atWarn()
          .addKeyValue("connection", name)
          .addKeyValue("loss", loss.tag())
          .addKeyValue("times", troubles)
          .addKeyValue("cause", loss.words(cause))
          .log("connection to APNs is being replaced");
    }
  }

  /** A connection stood well. */
  void forget() {
    troubles = 0;
  }
}
