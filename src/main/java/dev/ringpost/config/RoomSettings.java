package dev.ringpost.config;

import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.delivery.DeliverySettings;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.delivery.flood.FloodSettings;
import dev.ringpost.delivery.missed.MissedCallSettings;
import dev.ringpost.directory.DirectorySettings;
import dev.ringpost.directory.snapshot.SnapshotSettings;
import dev.ringpost.events.RingSettings;
import dev.ringpost.gateway.GatewaySettings;
import dev.ringpost.health.HealthSettings;
import dev.ringpost.intake.IntakeSettings;
import dev.ringpost.outbox.OutboxSettings;
import dev.ringpost.shadow.ShadowSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The configuration as the settings of each room. */
public record RoomSettings(RingpostConfig config) {

  public IntakeSettings intake() {
    return intake(
        new IntakeSettings.Source.Fresh(config.topics().invites()),
        config.intake().group(),
        config.intake().maxInFlight());
  }

  public IntakeSettings retries() {
    return intake(
        new IntakeSettings.Source.Retries(config.topics().retryPrefix(), config.retry().ladder()),
        config.retry().group(),
        config.retry().maxInFlight());
  }

  /** How calls are looked at that may have been missed. */
  public IntakeSettings missedCallIntake() {
    return intake(
        new IntakeSettings.Source.MissedCalls(
            config.topics().missedCalls(),
            config.ring().max().plus(MissedCallSettings.GRACE),
            MissedCallSettings.GRACE),
        config.missedCall().group(),
        config.missedCall().maxInFlight());
  }

  public MissedCallSettings missedCalls() {
    return new MissedCallSettings(
        config.missedCall().expiration(),
        config.fanout().maxDevices(),
        config.tokens().invalidateBad());
  }

  /** How long it is remembered which calls were answered, if it is to be known. */
  public Optional<Duration> answersKept() {
    return config.missedCall().enabled()
        ? Optional.of(config.ring().max().plus(MissedCallSettings.LATEST))
        : Optional.empty();
  }

  private IntakeSettings intake(IntakeSettings.Source source, String group, int maxInFlight) {
    return new IntakeSettings(
        source,
        group,
        maxInFlight,
        config.intake().ledgerSpan(),
        config.intake().skipUnreadable(),
        ring(),
        config.kafka().groupProtocol(),
        config.kafka().clientProperties());
  }

  /** How invites are read, by workers and by the gateway. */
  public RingSettings ring() {
    return new RingSettings(config.ring().byDefault(), config.ring().max(), config.payload().key());
  }

  public GatewaySettings gateway() {
    return config.gateway().settings(config);
  }

  /**
   * The search for deaf devices.
   *
   * @throws InvalidSettingsException if no topic is named for what is found
   */
  public HealthSettings health() {
    RingpostConfig.Topics topics = config.topics();
    String found =
        topics
            .deviceHealth()
            .orElseThrow(
                () ->
                    new InvalidSettingsException(
                        List.of(
                            Finding.failed(
                                "topics.device-health",
                                "is missing: there is no topic for what is found",
                                "write topics.device-health: voip-device-health, and make the"
                                    + " topic with ringpost topics create"))));
    return new HealthSettings(
        new HealthSettings.Topics(topics.results(), topics.signals(), found),
        config.health().group(),
        config.results().callee(),
        config.health().deafCalls(),
        config.health().deafSpan(),
        config.ring().max(),
        HealthSettings.SETTLE,
        config.kafka().clientProperties());
  }

  public DeliverySettings delivery() {
    TokensConfig.Fuse fuse = config.tokens().fuse();
    return new DeliverySettings(
        config.fanout().maxDevices(),
        new RetryLadder(config.retry().ladder()),
        config.ring().max(),
        config.tokens().invalidateBad(),
        new DeliverySettings.Fuse(fuse.answers(), fuse.maxPercent() / 100.0, fuse.memory()));
  }

  /** How often somebody may be rung. */
  public FloodSettings flood() {
    RingpostConfig.Ring ring = config.ring();
    return new FloodSettings(ring.maxPerCallee(), ring.maxPerCaller(), ring.floodWindow());
  }

  /** A shadow's comparison with the live workers, in a group of its own. */
  public ShadowSettings shadow(String group) {
    return new ShadowSettings(
        config.topics().invites(),
        config.topics().results(),
        group,
        ring(),
        config.attempt().max().plus(ShadowSettings.MARGIN),
        config.kafka().clientProperties());
  }

  /** A shadow's directory: it writes no snapshots, and results of its own it has none. */
  public DirectorySettings shadowDirectory() {
    return DirectorySettings.of(
        config.topics().tokens(),
        config.topics().invalidations(),
        config.topics().signals(),
        config.ring().max(),
        config.kafka().clientProperties(),
        config.tokens().oneUserPerToken());
  }

  public DirectorySettings directory() {
    DirectorySettings settings = shadowDirectory().withDeviceHealth(config.topics().deviceHealth());
    TokensConfig.Snapshot kept = config.tokens().snapshot();
    return kept.folder().isPresent() && kept.keyFile().isPresent()
        ? settings.with(
            new SnapshotSettings(kept.folder().get(), kept.keyFile().get(), kept.interval()))
        : settings;
  }

  public OutboxSettings outbox() {
    return new OutboxSettings(
        config.topics().results(),
        config.topics().deadLetters(),
        config.topics().invalidations(),
        config.topics().retries(config.retry().count()),
        config.missedCall().enabled()
            ? Optional.of(config.topics().missedCalls())
            : Optional.empty(),
        config.results().callee(),
        config.results().format(),
        config.kafka().clientProperties());
  }

  public ApnsSettings apns() {
    ApnsConfig apns = config.apns();
    return new ApnsSettings(
        config.apps().stream().map(this::app).toList(),
        apns.connections(),
        apns.maxInFlightPerConnection(),
        apns.connectTimeout(),
        apns.idlePing(),
        config.attempt().max(),
        apns.expiration(),
        apns.endpoint(Environment.PRODUCTION),
        apns.endpoint(Environment.SANDBOX),
        apns.hedge().settings(),
        apns.canary().settings(),
        apns.proxy().settings());
  }

  /** Every app that can be rung: the values that a meter's tag may have. */
  public Set<BundleId> bundleIds() {
    return config.apps().stream()
        .flatMap(app -> app.bundleIds().stream())
        .collect(Collectors.toSet());
  }

  private AppSettings app(AppConfig app) {
    return new AppSettings(
        app.bundleIds(),
        app.environments(),
        app.credential(),
        app.payload().settings(config.payload().key()).with(config.missedCall().alert()));
  }
}
