package dev.ringpost.apns;

import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.credentials.CredentialContent;
import dev.ringpost.apns.credentials.CredentialContent.Fingerprint;
import dev.ringpost.apns.credentials.CredentialReader;
import dev.ringpost.apns.credentials.CredentialReading;
import dev.ringpost.apns.path.CredentialTrial;
import dev.ringpost.call.findings.Finding;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The exchange of credentials while calls ring: it looks at the files again and again, and when
 * they hold a new credential that is valid and that APNs accepts, it moves the routes to it. A bad
 * one is reported and counted, once, and changes nothing.
 *
 * <p>The files are compared by content. Kubernetes exchanges a mounted secret by a link to another
 * folder, which watching a file does not show. A content counts only when two looks have seen it:
 * between a certificate and its key there may be a moment with one old and one new.
 */
final class CredentialReload implements AutoCloseable {

  /** Time between two looks; a new credential is found after two. */
  static final Duration LOOK_EVERY = Duration.ofSeconds(10);

  /** A certificate that expires within this is warned of, once a day. */
  static final Duration EXPIRY_WARNING = Duration.ofDays(30);

  private static final Duration WARN_EVERY = Duration.ofDays(1);

  private static final Logger log = LoggerFactory.getLogger(CredentialReload.class);

  /** The files of one app. */
  private static final class Watched {
    private final AppSettings app;
    private final List<RouteCredential> seats;
    private Fingerprint seen;
    private Fingerprint judged;
    private boolean unfit;
    private @Nullable Credential candidate;
    private @Nullable Instant warnedAt;

    private Watched(AppSettings app, Fingerprint inUse, List<RouteCredential> seats) {
      this.app = app;
      this.seats = seats;
      this.seen = inUse;
      this.judged = inUse;
    }
  }

  private final List<Watched> watched = new ArrayList<>();
  private final InstantSource clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("credentials").daemon().factory());

  CredentialReload(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * One more app to look after; before {@link #start}.
   *
   * @param inUse what its credential was read from
   * @param seats its routes
   */
  void watch(AppSettings app, Fingerprint inUse, List<RouteCredential> seats) {
    watched.add(new Watched(app, inUse, List.copyOf(seats)));
    seats.forEach(RouteCredential::show);
  }

  /** Begins to look. */
  void start(Duration every) {
    watched.forEach(this::warnOfExpiry);
    var _ =
        thread.scheduleWithFixedDelay(
            this::look, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * One look at all files; may take the time to connect and {@link CredentialTrial#ANSWER_MAX} for
   * each app of each route.
   */
  synchronized void look() {
    for (Watched one : watched) {
      try {
        warnOfExpiry(one);
        look(one);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        log.atError()
            .addKeyValue("app", one.app.bundleIds().getFirst())
            .setCause(e)
            .log("a look at a credential's files failed; the next one comes");
      }
    }
  }

  private void look(Watched one) throws InterruptedException {
    CredentialContent content = CredentialContent.of(one.app.credential());
    Fingerprint files = content.fingerprint();
    one.seats.forEach(credential -> credential.found(files));
    if (!files.equals(one.seen)) {
      one.seen = files;
      return;
    }
    boolean isNew = !files.equals(one.judged);
    if (isNew || one.unfit) { // a certificate may be valid by now
      one.judged = files;
      judge(one, content, isNew);
    }
    if (one.candidate != null) {
      for (RouteCredential credential : one.seats) {
        credential.offer(files, one.candidate);
      }
    }
  }

  private void judge(Watched one, CredentialContent content, boolean isNew) {
    CredentialReading reading =
        CredentialReader.read(content, one.app.bundleIds(), clock.instant());
    one.candidate = reading.credential().orElse(null);
    one.unfit = one.candidate == null;
    if (one.unfit && isNew) {
      refuse(one, content.fingerprint(), reading.flaws());
    }
  }

  private static void refuse(Watched one, Fingerprint files, List<Finding> flaws) {
    for (Finding flaw : flaws) {
      log.atError()
          .addKeyValue("app", one.app.bundleIds().getFirst())
          .addKeyValue("field", flaw.subject())
          .addKeyValue("wrong", flaw.found())
          .addKeyValue("fix", flaw.fix())
          .log("the new credential is not valid; the one in use stays");
    }
    one.seats.forEach(credential -> credential.refuse(files));
  }

  private void warnOfExpiry(Watched one) {
    double days =
        one.seats.stream().mapToDouble(RouteCredential::daysLeft).min().orElse(Double.NaN);
    Instant now = clock.instant();
    boolean told =
        one.warnedAt != null && Duration.between(one.warnedAt, now).compareTo(WARN_EVERY) < 0;
    if (told || !(days < EXPIRY_WARNING.toDays())) {
      return;
    }
    one.warnedAt = now;
    log.atLevel(days < 0 ? Level.ERROR : Level.WARN)
        .addKeyValue("app", one.app.bundleIds().getFirst())
        .addKeyValue("days", (long) Math.floor(days))
        .log(
            "the certificate "
                + (days < 0 ? "has expired" : "expires soon")
                + "; put a new one in its place, no restart is needed");
  }

  /** Looks no more. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
