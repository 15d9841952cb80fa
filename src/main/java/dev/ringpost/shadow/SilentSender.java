package dev.ringpost.shadow;

import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.apns.wire.AppLetters;
import dev.ringpost.apns.wire.PushId;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.PushSender;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The sender that pushes to nobody: it asks all that is asked before a push is handed to a
 * connection, and has no connection. {@link Accepted} is its word for a push that would have been
 * handed over; what APNs would have said nobody can know. Safe for many threads.
 */
public final class SilentSender implements PushSender {

  private final InstantSource clock;
  private final Map<Environment, Map<BundleId, AppLetters>> letters =
      new EnumMap<>(Environment.class);

  /**
   * @param credentials of the apps, in their order, as they were read at start
   * @param clock the wall clock, for deadlines
   */
  public SilentSender(List<AppSettings> apps, Credentials credentials, InstantSource clock) {
    this.clock = clock;
    for (int i = 0; i < apps.size(); i++) {
      AppSettings app = apps.get(i);
      for (Environment environment : app.environments()) {
        for (BundleId bundleId : app.bundleIds()) {
          letters
              .computeIfAbsent(environment, _ -> new HashMap<>())
              .put(bundleId, AppLetters.of(app, bundleId, credentials.ofApp(i).credential()));
        }
      }
    }
  }

  @Override
  public CompletableFuture<PushReport> push(PushRequest request) {
    return CompletableFuture.completedFuture(
        new PushReport(
            request.device(),
            outcome(request),
            PushId.of(request.attempt().invite(), request.device()),
            Optional.empty(),
            "",
            0,
            Optional.empty(),
            request.orderedAt(),
            Duration.ZERO,
            Optional.empty(),
            request.device().environment()));
  }

  /** In the order in which the sender of a worker asks. */
  private PushOutcome outcome(PushRequest request) {
    Device device = request.device();
    AppLetters app = letters.getOrDefault(device.environment(), Map.of()).get(device.app());
    if (app == null) {
      return new Refused(RejectionReason.NO_ROUTE, "");
    }
    if (request.attempt().invite().deadline().passedAt(clock.instant())) {
      return new NotSent(NotSentReason.LATE);
    }
    return switch (app.letter(request, clock.instant())) {
      case AppLetters.Unwritten(PushOutcome why) -> why;
      case AppLetters.Letter _ ->
          request.guard().refusal().<PushOutcome>map(NotSent::new).orElseGet(Accepted::new);
    };
  }
}
