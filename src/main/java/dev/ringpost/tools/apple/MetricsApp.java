package dev.ringpost.tools.apple;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.config.AppConfig;
import dev.ringpost.config.RingpostConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An app that Apple may be asked about.
 *
 * @param team the id of its team; empty where there is no token to ask with
 */
record MetricsApp(BundleId app, String team, TokenFile token) {

  private static final String FOLDER = "apns.delivery-metrics.token-folder";
  private static final String TEAM = "apns.delivery-metrics.team-id";

  /**
   * All apps of a configuration, in its order.
   *
   * @throws InvalidSettingsException if it names no token, one that cannot be used, or no team for
   *     one; all that is wrong is in it
   */
  static List<MetricsApp> of(RingpostConfig config) {
    Optional<Path> folder = config.apns().deliveryMetrics().tokenFolder();
    if (folder.isEmpty()) {
      throw new InvalidSettingsException(
          List.of(
              Finding.failed(
                  FOLDER,
                  "is missing",
                  "write the folder that holds, for each app, a file with its token for Apple's"
                      + " data export")));
    }
    List<Finding> wrong = new ArrayList<>();
    Map<BundleId, MetricsApp> apps = new LinkedHashMap<>();
    for (AppConfig app : config.apps()) {
      Optional<String> team =
          app.key()
              .flatMap(AppConfig.Key::teamId)
              .or(() -> config.apns().deliveryMetrics().teamId());
      for (BundleId id : app.bundleIds()) {
        apps.computeIfAbsent(id, _ -> app(id, team, folder.get(), wrong));
      }
    }
    if (wrong.isEmpty()
        && apps.values().stream().allMatch(it -> it.token() instanceof TokenFile.Missing)) {
      wrong.add(noToken(apps));
    }
    if (!wrong.isEmpty()) {
      throw new InvalidSettingsException(wrong);
    }
    return List.copyOf(apps.values());
  }

  private static MetricsApp app(
      BundleId id, Optional<String> team, Path folder, List<Finding> wrong) {
    TokenFile token = TokenFile.read(folder, id);
    switch (token) {
      case TokenFile.Missing() -> {
        return new MetricsApp(id, "", token);
      }
      case TokenFile.Flawed(String why, String fix) ->
          wrong.add(Finding.failed(FOLDER, "has a file " + id + " that " + why, fix));
      case TokenFile.Held _ -> {
        if (team.isEmpty()) {
          wrong.add(
              Finding.failed(
                  TEAM, "is missing, and " + id + " has a certificate", "write the team's id"));
        }
      }
    }
    return new MetricsApp(id, team.orElse(""), token);
  }

  private static Finding noToken(Map<BundleId, MetricsApp> apps) {
    return apps.isEmpty()
        ? Finding.failed("apps", "is missing", "write at least one app: its bundle-ids")
        : Finding.failed(
            FOLDER,
            "has no file that is named as an app",
            "put a token there under the name of one of "
                + apps.keySet().stream().map(BundleId::value).collect(Collectors.joining(", ")));
  }
}
