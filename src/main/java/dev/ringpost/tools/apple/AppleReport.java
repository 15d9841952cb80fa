package dev.ringpost.tools.apple;

import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.apple.AppMetrics.Failed;
import dev.ringpost.tools.apple.AppMetrics.Found;
import dev.ringpost.tools.apple.AppMetrics.NotAsked;
import dev.ringpost.tools.apple.AppMetrics.Told;
import dev.ringpost.tools.records.ReadingProgress;
import dev.ringpost.tools.records.TopicReader;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Apple's counts of each configured app for some days, beside what workers say was accepted. */
public final class AppleReport {

  /** The end of it: all was found out that was asked for, or something is missing. */
  public enum End {
    WHOLE,
    /** Apple refused a token. */
    TOKEN_REFUSED,
    /** Something else is missing: an export, or the results. */
    INCOMPLETE
  }

  private final Days days;
  private final Instant now;
  private final List<AppMetrics> apps;
  private final OwnCount own;

  /** The count of this installation. */
  sealed interface OwnCount {}

  /** The counts. */
  record Counted(AcceptedPushes pushes) implements OwnCount {}

  /**
   * No counts.
   *
   * @param words why
   */
  record Uncounted(String words) implements OwnCount {}

  AppleReport(Days days, Instant now, List<AppMetrics> apps, OwnCount own) {
    this.days = days;
    this.now = now;
    this.apps = List.copyOf(apps);
    this.own = own;
  }

  /**
   * Asks Apple about each app, one after the other, and reads the results of these days.
   *
   * @param wait how long Apple has for all exports together; each answer may take 30 s more
   * @throws InvalidSettingsException if there is no token, or one that cannot be used
   */
  public static AppleReport read(
      RingpostConfig config, Days days, Duration wait, Instant now, ReadingProgress progress) {
    List<MetricsApp> asked = MetricsApp.of(config);
    List<AppMetrics> apps = new ArrayList<>();
    URI where = URI.create(config.apns().deliveryMetrics().url());
    try (var export = new DataExport(where, Patience.of(wait))) {
      for (MetricsApp app : asked) {
        apps.add(metrics(export, app, days));
      }
    }
    return new AppleReport(days, now, apps, counted(config, days, now, progress));
  }

  private static AppMetrics metrics(DataExport export, MetricsApp app, Days days) {
    return switch (app.token()) {
      case TokenFile.Held(var token, Optional<LocalDate> endsOn) -> {
        Found found;
        try {
          found = new Told(export.of(app.team(), app.app(), token, days));
        } catch (FailedExportException e) {
          found = new Failed(e.isTokenRefused(), e.words());
        }
        yield new AppMetrics(app.app(), endsOn, found);
      }
      case TokenFile.Missing(), TokenFile.Flawed(_, _) ->
          new AppMetrics(app.app(), Optional.empty(), new NotAsked());
    };
  }

  private static OwnCount counted(
      RingpostConfig config, Days days, Instant now, ReadingProgress progress) {
    String topic = config.topics().results();
    try (var reader = new TopicReader(config.kafka().clientProperties())) {
      var pushes = new AcceptedPushes(reader.heldSince(topic, now));
      var _ = reader.read(List.of(topic), days.stretch(), pushes::take, progress);
      return new Counted(pushes);
    } catch (UnreadableTopicsException e) {
      return new Uncounted(String.valueOf(e.getMessage()));
    }
  }

  /** How much of it was found out; a refused token is the first thing to mend. */
  public End end() {
    boolean failed = own instanceof Uncounted;
    for (AppMetrics app : apps) {
      if (app.found() instanceof Failed(boolean tokenRefused, _)) {
        if (tokenRefused) {
          return End.TOKEN_REFUSED;
        }
        failed = true;
      }
    }
    return failed ? End.INCOMPLETE : End.WHOLE;
  }

  /** For a person. */
  public List<String> text() {
    return new AppleText(days, now, own).of(apps);
  }

  /** For machines: one object. */
  public String json() {
    return AppleJson.of(days, now, own, apps);
  }
}
