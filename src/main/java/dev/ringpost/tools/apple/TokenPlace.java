package dev.ringpost.tools.apple;

import dev.ringpost.call.BundleId;
import dev.ringpost.config.RingpostConfig;
import java.nio.file.Path;
import java.util.List;

/** The place of an app's token for Apple's data export, whether or not there is one. */
record TokenPlace(Path folder, BundleId app) {

  /** One for each app that is configured; none where no folder is named. */
  static List<TokenPlace> in(RingpostConfig config) {
    return config.apns().deliveryMetrics().tokenFolder().stream()
        .flatMap(
            folder ->
                config.apps().stream()
                    .flatMap(app -> app.bundleIds().stream())
                    .distinct()
                    .map(app -> new TokenPlace(folder, app)))
        .toList();
  }

  TokenFile read() {
    return TokenFile.read(folder, app);
  }
}
