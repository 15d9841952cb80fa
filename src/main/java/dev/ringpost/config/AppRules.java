package dev.ringpost.config;

import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.apns.payload.ShapeReader;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** The rules for the apps: one credential each that works, no two for the same. */
final class AppRules {

  private record Ringing(BundleId app, Environment environment) {}

  private final RawValues written;
  private final Problems problems;
  private final CredentialFiles files;
  private final String payloadKey;
  private final Map<Ringing, String> taken = new HashMap<>();

  private AppRules(String payloadKey, CredentialFiles files, RawValues written, Problems problems) {
    this.payloadKey = payloadKey;
    this.files = files;
    this.written = written;
    this.problems = problems;
  }

  /**
   * Adds a problem for everything that is wrong with the apps and their credentials.
   *
   * @param numbers the numbers that the apps have in the file, without those that have nothing
   *     sound
   * @return the credentials that are valid, all of them if no problem was added
   */
  static List<Credentials.Read> check(
      RingpostConfig config,
      SortedSet<Integer> numbers,
      CredentialFiles files,
      RawValues written,
      Problems problems) {
    AppRules rules = new AppRules(config.payload().key(), files, written, problems);
    rules.numbers(written.appNumbers());
    List<Credentials.Read> read = new ArrayList<>();
    Iterator<AppConfig> app = config.apps().iterator();
    for (int number : numbers) {
      rules.app("apps[" + number + "]", app.next()).ifPresent(read::add);
    }
    return read;
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

  private Optional<Credentials.Read> app(String key, AppConfig app) {
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
    payload(key + ".payload.shape", app.payload());
    Optional<Credentials.Read> read =
        hasKey
            ? app.key().flatMap(it -> files.signingKey(key, it, app.bundleIds()))
            : app.certificate().flatMap(it -> files.certificate(key, it, app.bundleIds()));
    for (BundleId bundleId : app.bundleIds()) {
      app.environments().forEach(environment -> take(key, new Ringing(bundleId, environment)));
    }
    return read;
  }

  private void payload(String key, AppConfig.Payload payload) {
    ShapeReader.read(payload.shape().text(), payloadKey, payload.caller())
        .flaws()
        .forEach(flaw -> add(key, flaw.found(), flaw.fix()));
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
