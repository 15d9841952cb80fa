package dev.ringpost.config;

import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.config.RingpostConfig.App;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/** Turns the apps of the tree into apps that can ring: one credential each, no two for the same. */
final class AppRules {

  private record Ringing(BundleId app, Environment environment) {}

  private final RawValues written;
  private final Problems problems;
  private final CredentialFiles files;
  private final Map<Ringing, String> taken = new HashMap<>();

  private AppRules(RawValues written, Problems problems) {
    this.written = written;
    this.problems = problems;
    this.files = new CredentialFiles(written, problems);
  }

  /**
   * Reads the apps; what is wrong with one is a problem.
   *
   * @param sound what the tree was made of: its apps stand in the tree by number, without those
   *     that have nothing sound
   */
  static List<App> read(ConfigKeys tree, RawValues sound, RawValues written, Problems problems) {
    AppRules rules = new AppRules(written, problems);
    rules.numbers(written.appNumbers());
    List<App> apps = new ArrayList<>();
    int position = 0;
    for (int number : sound.appNumbers()) {
      rules.app("apps[" + number + "]", tree.apps().get(position++)).ifPresent(apps::add);
    }
    return apps;
  }

  private void numbers(SortedSet<Integer> numbers) {
    if (numbers.isEmpty() && !problems.concern("apps")) {
      add("apps", "is missing", "write at least one app: its bundle-ids and its key");
    }
    int expected = 0;
    for (int number : numbers) {
      if (number != expected) {
        add("apps[" + expected + "]", "is left out", "number the apps from 0 on, without a gap");
        return;
      }
      expected++;
    }
  }

  private Optional<App> app(String key, AppKeys app) {
    boolean hasKey = written.has(key + ".key");
    boolean hasCertificate = written.has(key + ".certificate");
    if (hasKey == hasCertificate) {
      add(
          key,
          hasKey ? "has a key and a certificate" : "has neither a key nor a certificate",
          hasKey
              ? "keep one of them"
              : "write key for a .p8 file or certificate for a .p12 or PEM file");
    }
    if (hasKey) {
      files.requireOneKeyId(key + ".key");
    }
    List<BundleId> bundleIds = app.bundleIds().orElse(List.of());
    Optional<CredentialSettings> credential =
        hasKey
            ? app.key().flatMap(it -> files.signingKey(key, it, bundleIds))
            : app.certificate().flatMap(it -> files.certificate(key, it, bundleIds));
    Set<Environment> environments = new LinkedHashSet<>(app.environments());
    for (BundleId bundleId : bundleIds) {
      environments.forEach(environment -> take(key, new Ringing(bundleId, environment)));
    }
    return credential.map(it -> new App(bundleIds, environments, it));
  }

  private void take(String key, Ringing ringing) {
    String other = taken.putIfAbsent(ringing, key);
    if (other != null) {
      add(
          key + ".bundle-ids",
          ringing.app()
              + (other.equals(key) ? " is named twice" : " is also in " + other)
              + " for "
              + ringing.environment().wire(),
          "keep one credential per app and environment");
    }
  }

  private void add(String key, String wrong, String fix) {
    problems.add(key, written.near(key), wrong, fix);
  }
}
