package dev.ringpost.apns.diagnosis;

import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.apns.path.ApnsPath;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.CredentialTrial;
import dev.ringpost.apns.path.NameResolver;
import dev.ringpost.apns.path.OneShotClient;
import dev.ringpost.apns.wire.AppLetters;
import dev.ringpost.apns.wire.OneShotPush;
import dev.ringpost.apns.wire.ReasonRow;
import dev.ringpost.apns.wire.ReasonTable;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.WireTime;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.delivery.ApnsResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A trial of every way to APNs that a configuration names, before a call depends on it: the server,
 * then for each app one push to a token that no phone has, on a connection of its own. The answer
 * {@code BadDeviceToken} is the good one, for APNs looks at the token last: it proves name, TCP,
 * TLS, credential and topic. No phone rings. For one use, on one thread.
 */
public final class ApnsCheck {

  /** Certificates that end within this time are worth a word. */
  static final Duration EXPIRES_SOON = Duration.ofDays(30);

  /**
   * The findings of the check.
   *
   * @param credentials about each app's credential alone
   * @param ways about each server, and about each app's way there
   */
  public record Findings(List<Finding> credentials, List<Finding> ways) {}

  private final ApnsSettings settings;
  private final NameResolver names;
  private final InstantSource clock;
  private final Supplier<UUID> ids;
  private final Credentials read;
  private final List<Finding> credentials = new ArrayList<>();
  private final List<Finding> ways = new ArrayList<>();

  /**
   * @param read the credentials of the apps of the settings
   * @param ids gives each push an {@code apns-id}
   */
  public ApnsCheck(
      ApnsSettings settings, Credentials read, InstantSource clock, Supplier<UUID> ids) {
    this(settings, read, clock, ids, NameResolver.ofSystem());
  }

  public ApnsCheck(
      ApnsSettings settings,
      Credentials read,
      InstantSource clock,
      Supplier<UUID> ids,
      NameResolver names) {
    this.names = names;
    this.settings = settings;
    this.clock = clock;
    this.ids = ids;
    this.read = read;
  }

  /**
   * Looks at the credentials, then goes each way. Takes {@code apns.connect-timeout} to reach each
   * server at most, and for each app that time again and {@link TestPush#ANSWER_MAX}.
   */
  public Findings run() {
    ApnsPath.requireSilentPushy();
    for (int i = 0; i < settings.apps().size(); i++) {
      age("apps[" + i + "]", read.ofApp(i).credential());
      missedCalls("apps[" + i + "]", settings.apps().get(i), read.ofApp(i).credential());
    }
    try {
      for (Environment environment : Environment.values()) {
        if (settings.apps().stream().anyMatch(app -> app.environments().contains(environment))) {
          environment(environment);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return new Findings(List.copyOf(credentials), List.copyOf(ways));
  }

  private void age(String subject, Credential credential) {
    Optional<Instant> end = credential.expiresAt();
    boolean soon = end.filter(at -> at.isBefore(clock.instant().plus(EXPIRES_SOON))).isPresent();
    if (soon) {
      long days = Duration.between(clock.instant(), end.get()).toDays();
      credentials.add(
          Finding.warning(
              subject,
              credential + " expires in " + days + " days, on " + WireTime.of(end.get()),
              "put a new certificate in the place of the old one; workers load it without a"
                  + " restart"));
    } else {
      credentials.add(Finding.ok(subject, credential.toString()));
    }
  }

  private void missedCalls(String subject, AppSettings app, Credential credential) {
    List<String> silent =
        app.bundleIds().stream()
            .filter(id -> AppLetters.cannotTellMissedCalls(app, id, credential))
            .map(BundleId::value)
            .toList();
    if (!silent.isEmpty()) {
      credentials.add(
          Finding.warning(
              subject,
              credential
                  + " is for VoIP pushes only, and so no missed call of "
                  + String.join(", ", silent)
                  + " is told",
              AppLetters.MISSED_CALLS_FIX));
    }
  }

  private void environment(Environment environment) throws InterruptedException {
    ApnsSettings.Endpoint server = settings.endpoint(environment);
    String address = server.host() + ":" + server.port();
    ApnsPath path =
        new ApnsPath(
            server,
            settings.proxy(),
            read.proxyPassword(),
            read.trusted(),
            settings.connectTimeout(),
            names);
    Finding trouble = new ApnsPathCheck(path, clock.instant()).run().trouble();
    if (trouble != null) {
      ways.add(Finding.failed(environment.wire(), bare(trouble.found()), bare(trouble.fix())));
      return;
    }
    ways.add(
        Finding.ok(
            environment.wire(),
            address
                + " answers with TLS"
                + settings.proxy().map(proxy -> ", through the " + proxy).orElse("")));
    try (var client = OneShotClient.alone(path)) {
      for (int i = 0; i < settings.apps().size(); i++) {
        AppSettings app = settings.apps().get(i);
        if (app.environments().contains(environment)) {
          for (BundleId bundleId : app.bundleIds()) {
            OneShotPush push = CredentialTrial.toNobody(bundleId, ids.get());
            canary(
                i,
                bundleId + " in " + environment.wire(),
                client,
                push,
                read.ofApp(i).credential());
          }
        }
      }
    }
  }

  private void canary(
      int index, String subject, OneShotClient client, OneShotPush push, Credential credential)
      throws InterruptedException {
    switch (client.send(push, credential, TestPush.ANSWER_MAX)) {
      case OneShotClient.Answered answered -> judge(index, subject, credential, answered);
      case OneShotClient.Failed failed -> {
        var why = FailureDiagnosis.of(failed, client.path(), credential.expiresAt().isPresent());
        ways.add(Finding.failed(subject, bare(why.what()), bare(why.todo())));
      }
    }
  }

  private void judge(
      int index, String subject, Credential credential, OneShotClient.Answered answered) {
    ApnsResponse answer = answered.answer();
    String given = ("APNs answers " + answer.status() + " " + answer.reason()).strip();
    ReasonRow row = ReasonTable.row(answer);
    switch (ReasonTable.proof(answer)) {
      case PROVEN ->
          ways.add(
              Finding.ok(
                  subject,
                  given
                      + " to a token that no phone has, after "
                      + answered.time().toMillis()
                      + " ms: it accepts "
                      + credential));
      case REFUSED ->
          refused(
              index,
              subject,
              given,
              row,
              row.fault() == ReasonRow.Fault.APP
                  ? ".bundle-ids: write the app's bundle id as Xcode shows it, without .voip, under"
                      + " the key of its team or a certificate of its own"
                  : ": compare key id, team id, environments and this machine's clock with what"
                      + " Apple's developer site shows, or name a new key or certificate");
      case NONE -> {
        boolean later = PushEnd.of(answer) == PushEnd.TRY_LATER;
        ways.add(
            new Finding(
                later ? Severity.WARNING : Severity.FAILED,
                subject,
                given + ", which proves nothing about " + credential,
                later
                    ? bare(row.fix())
                    : "see that host and port are APNs': its answer to this push is"
                        + " BadDeviceToken"));
      }
    }
  }

  private void refused(int index, String subject, String given, ReasonRow row, String place) {
    ways.add(
        Finding.failed(subject, given + ": " + bare(row.meaning()), "apps[" + index + "]" + place));
  }

  /** Without the full stop, and with a small letter where a name does not begin it. */
  private static String bare(String sentence) {
    String text = sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    boolean word = text.length() > 1 && Character.isLowerCase(text.charAt(1));
    return word ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1) : text;
  }
}
