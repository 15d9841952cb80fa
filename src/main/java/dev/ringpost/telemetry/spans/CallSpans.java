package dev.ringpost.telemetry.spans;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.trace.TraceContext;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryListener;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Explanation;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Verdict;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spans of deliveries. Each attempt at an invite has one of kind {@code CONSUMER}, a child of
 * the span that the invite's {@code traceparent} names, or the first of a trace if there is none;
 * each device that it ordered to ring has one of kind {@code CLIENT} below it.
 *
 * <p>They are made when all is decided, with the times that the decision knows; until then nothing
 * is kept for them. Safe for many threads. A fault of whoever takes spans costs spans only.
 */
public final class CallSpans implements DeliveryListener {

  /** The scope of the spans: who made them. */
  static final String SCOPE = "dev.ringpost";

  /** The version of the conventions that {@link SpanAttribute} follows. */
  static final String SCHEMA = "https://opentelemetry.io/schemas/1.44.0";

  /** The name of a push's span, the same for all: a path would hold the token. */
  static final String PUSH = "push apns";

  private static final String PROCESS = "process";
  private static final String KAFKA = "kafka";

  private static final Logger log = LoggerFactory.getLogger(CallSpans.class);

  /**
   * The groups of the consumers.
   *
   * @param fresh that of invites
   * @param retries that of retries
   */
  public record Groups(String fresh, String retries) {

    String of(Attempt attempt) {
      return attempt.number() == 1 ? fresh : retries;
    }
  }

  private final Tracer tracer;
  private final Groups groups;
  private final DeliveryListener next;
  private final AtomicBoolean faultTold = new AtomicBoolean();

  private CallSpans(Tracer tracer, Groups groups, DeliveryListener next) {
    this.tracer = tracer;
    this.groups = groups;
    this.next = next;
  }

  /**
   * A listener that tells {@code next} everything and makes spans, if an agent or an SDK has
   * registered itself for this process; else {@code next} itself.
   *
   * @param version the worker's
   */
  public static DeliveryListener before(DeliveryListener next, Groups groups, String version) {
    return before(next, groups, version, GlobalOpenTelemetry.get());
  }

  static DeliveryListener before(
      DeliveryListener next, Groups groups, String version, OpenTelemetry telemetry) {
    TracerProvider provider = telemetry.getTracerProvider();
    if (provider.equals(TracerProvider.noop())) {
      return next;
    }
    log.atInfo().log("calls have spans, for an agent or SDK of OpenTelemetry's takes them");
    return new CallSpans(
        provider
            .tracerBuilder(SCOPE)
            .setInstrumentationVersion(version)
            .setSchemaUrl(SCHEMA)
            .build(),
        groups,
        next);
  }

  @Override
  public void decided(Decision decision) {
    next.decided(decision);
    try {
      if (tracer.isEnabled()) {
        process(decision);
      }
    } catch (RuntimeException | LinkageError e) {
      if (!faultTold.getAndSet(true)) {
        log.atWarn()
            .setCause(e)
            .log("a span could not be made; it is said once, and calls go on without spans");
      }
    }
  }

  @Override
  public void settledAgain(Arrival arrival, Arrival.Claim claim) {
    next.settledAgain(arrival, claim);
  }

  private void process(Decision decision) {
    Envelope envelope = decision.arrival().envelope();
    Origin origin = envelope.origin();
    SpanBuilder builder =
        tracer
            .spanBuilder(PROCESS + " " + origin.topic())
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(parent(envelope.trace()))
            .setStartTimestamp(decision.begunAt());
    SpanAttribute.SYSTEM.set(builder, KAFKA);
    SpanAttribute.OPERATION.set(builder, PROCESS);
    SpanAttribute.OPERATION_TYPE.set(builder, PROCESS);
    SpanAttribute.TOPIC.set(builder, origin.topic());
    SpanAttribute.PARTITION.set(builder, Integer.toString(origin.partition()));
    SpanAttribute.OFFSET.set(builder, origin.offset());
    if (decision.arrival() instanceof Arrival.Invited(_, Attempt attempt)) {
      SpanAttribute.GROUP.set(builder, groups.of(attempt));
      SpanAttribute.CONVERSATION.set(builder, attempt.invite().callUuid().toString());
      SpanAttribute.ATTEMPT.set(builder, attempt.number());
      decision
          .disposition()
          .told()
          .ifPresent(verdict -> SpanAttribute.VERDICT.set(builder, verdict.wire()));
    }
    SpanAttribute.DISPOSITION.set(builder, word(decision.disposition()));
    Optional<String> reason = Explanation.of(decision).map(Explanation::reason);
    reason.ifPresent(word -> SpanAttribute.REASON.set(builder, word));
    boolean failed = decision.disposition().told().filter(Verdict.FAILED::equals).isPresent();
    if (failed) {
      SpanAttribute.ERROR.set(builder, reason.orElse(Verdict.FAILED.wire()));
    }
    Span span = started(builder, failed);
    if (span.isRecording()) {
      Context below = Context.root().with(span);
      decision.ownPushes().forEach(push -> push(push, below));
    }
    span.end(notBefore(decision.begunAt(), decision.decidedAt()));
  }

  private void push(PushReport push, Context process) {
    SpanBuilder builder =
        tracer
            .spanBuilder(PUSH)
            .setSpanKind(SpanKind.CLIENT)
            .setParent(process)
            .setStartTimestamp(push.orderedAt());
    SpanAttribute.OUTCOME.set(builder, push.outcome().code());
    SpanAttribute.APNS_ID.set(builder, push.apnsId().toString());
    SpanAttribute.APP.set(builder, push.device().app().value());
    SpanAttribute.ENVIRONMENT.set(builder, push.environment().wire());
    SpanAttribute.TRIES.set(builder, push.tries());
    push.answer()
        .ifPresent(
            answer -> {
              SpanAttribute.STATUS.set(builder, answer.status());
              setUnlessEmpty(SpanAttribute.APNS_REASON, builder, answer.reason());
            });
    setUnlessEmpty(SpanAttribute.CONNECTION, builder, push.connection());
    boolean failed = failed(push.outcome());
    if (failed) {
      SpanAttribute.ERROR.set(builder, push.outcome().code());
    }
    started(builder, failed).end(push.orderedAt().plus(push.took()));
  }

  private static void setUnlessEmpty(SpanAttribute attribute, SpanBuilder builder, String value) {
    if (!value.isEmpty()) {
      attribute.set(builder, value);
    }
  }

  private static Span started(SpanBuilder builder, boolean failed) {
    Span span = builder.startSpan();
    return failed ? span.setStatus(StatusCode.ERROR) : span;
  }

  /** Where the invite's own trace goes on; what this thread does otherwise is none of its. */
  private static Context parent(Optional<TraceContext> trace) {
    return trace
        .map(
            said ->
                SpanContext.createFromRemoteParent(
                    said.traceId(),
                    said.spanId(),
                    said.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                    TraceState.getDefault()))
        .map(sender -> Context.root().with(Span.wrap(sender)))
        .orElseGet(Context::root);
  }

  private static String word(Disposition disposition) {
    return switch (disposition) {
      case Disposition.Final _ -> "final";
      case Disposition.Retry _ -> "retry";
      case Disposition.DeadLetter _ -> "dead_letter";
      case Disposition.Abandoned() -> "abandoned";
    };
  }

  /** A push that was held back is none that failed. */
  private static boolean failed(PushOutcome outcome) {
    return switch (outcome) {
      case PushOutcome.Accepted(), PushOutcome.NotSent _ -> false;
      case PushOutcome.Unregistered _, PushOutcome.TryAgain _, PushOutcome.Refused _ -> true;
    };
  }

  /** Wall clocks may be set back meanwhile. */
  private static Instant notBefore(Instant earliest, Instant time) {
    return time.isBefore(earliest) ? earliest : time;
  }
}
