package dev.ringpost.drills;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Origin;
import dev.ringpost.intake.waiting.CatchUp;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.guarantees.CommitNeverPassesUnsettled;
import dev.ringpost.testing.guarantees.EveryInviteSettled;
import dev.ringpost.testing.guarantees.NoGoodTokenForgotten;
import dev.ringpost.testing.guarantees.NoNeedlessDoubleRing;
import dev.ringpost.testing.guarantees.NothingLateRings;
import dev.ringpost.testing.guarantees.NothingRingsAfterItsEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The checkers of all that is promised, with what each must excuse. */
final class DrillJudges implements AutoCloseable {

  /**
   * What a worker may need to read a record, and a network to carry one: what the worker itself
   * allows, or the one would call a breach what the other calls well.
   */
  static final Duration READING = CatchUp.BEHIND;

  /** The looks at commits of which a drill has more, or it proves nothing about them. */
  static final int FEWEST_LOOKS = 10;

  private final CallPlatform platform;
  private final LocalApns apns;
  private final CommitNeverPassesUnsettled commits;
  private final NothingLateRings late;
  private final NothingRingsAfterItsEnd ends;
  private final NoNeedlessDoubleRing doubles;
  private final NoGoodTokenForgotten tokens;

  /** The calls of which APNs has accepted a push. */
  private final Set<String> rung = new HashSet<>();

  /** How many pushes were looked at for that. */
  private int looked;

  private final Set<Origin> passed = ConcurrentHashMap.newKeySet();

  DrillJudges(CallPlatform platform, LocalApns apns) {
    this.platform = platform;
    this.apns = apns;
    this.commits = new CommitNeverPassesUnsettled(platform, "ringpost", passed::contains);
    this.late = new NothingLateRings(apns, platform);
    this.ends = new NothingRingsAfterItsEnd(apns, READING);
    this.doubles = new NoNeedlessDoubleRing(apns);
    this.tokens = new NoGoodTokenForgotten(platform);
  }

  /**
   * The counts of what was broken and excused until a moment.
   *
   * @param late pushes after their deadline
   * @param afterEnd pushes after their call's end
   * @param needless repeated pushes
   * @param excused likewise, for which there is an excuse
   * @param bound the most that could have been excused
   * @param carried late pushes that the network held back
   * @param invited invites that Kafka took
   */
  record Counts(
      int late, int afterEnd, int needless, int excused, int bound, int carried, int invited) {}

  Counts counts() {
    return new Counts(
        late.breaches().size(),
        ends.breaches().size(),
        doubles.breaches().size(),
        doubles.excused(),
        doubles.bound(),
        late.carriedLate(),
        platform.invited().size());
  }

  NothingRingsAfterItsEnd ends() {
    return ends;
  }

  NoNeedlessDoubleRing doubles() {
    return doubles;
  }

  NoGoodTokenForgotten tokens() {
    return tokens;
  }

  EveryInviteSettled everyInvite() {
    return new EveryInviteSettled(platform, passed::contains);
  }

  /** A network, or a worker that could not go on, may have held pushes back since some time. */
  void carriesSince(Instant since) {
    Instant until = Instant.now().plus(READING);
    late.carried(since, until);
    ends.carried(since, until);
  }

  /** What was stored between these moments could be read only afterwards. */
  void couldReadNothing(Instant from, Instant to) {
    ends.unread(from.minus(READING), to);
  }

  /** These invites were removed before any worker could read them. */
  void passed(Collection<Origin> unread) {
    passed.addAll(unread);
  }

  /** What was told of those invites that could have rung, and did not. */
  List<String> missed(Collection<Origin> patient) {
    lookAtPushes();
    return patient.stream()
        .filter(invite -> !passed.contains(invite))
        .flatMap(this::missed)
        .toList();
  }

  private Stream<String> missed(Origin invite) {
    List<JsonNode> last =
        platform.results(invite).stream()
            .filter(result -> result.path("final").asBoolean())
            .toList();
    return last.isEmpty()
        ? Stream.of(invite + " has no final result")
        : last.stream().filter(result -> !isGood(result)).map(JsonNode::toString);
  }

  /** One that rang by APNs' word too, or that its caller ended. */
  private boolean isGood(JsonNode result) {
    String call = result.path("callId").asText();
    return switch (result.path("verdict").asText()) {
      case "accepted" -> rung.contains(call);
      case "ended" -> ends.hasEnded(call);
      default -> false;
    };
  }

  /** Looks at what has arrived since the last time; nothing is forgotten, see below. */
  private void lookAtPushes() {
    List<ReceivedPush> pushes = apns.pushes();
    pushes.subList(looked, pushes.size()).stream()
        .filter(ReceivedPush::accepted)
        .forEach(push -> rung.add(push.json().at("/call/id").asText()));
    looked = pushes.size();
  }

  /** What was broken so far, and what was told of the calls that rang twice; for a person. */
  String broken() {
    List<String> lines = new ArrayList<>(late.breaches());
    lines.addAll(ends.breaches());
    for (String twice : doubles.breaches()) {
      lines.add(twice);
      platform.results().stream()
          .filter(result -> twice.contains(" " + result.path("callId").asText() + " "))
          .map(JsonNode::toString)
          .forEach(lines::add);
    }
    return String.join("\n", lines);
  }

  /**
   * What must hold after all drills.
   *
   * @param forgotten how many good tokens the drills may have cost
   */
  void everyGuaranteeHeld(int forgotten) {
    assertThat(tokens.breaches()).hasSizeLessThanOrEqualTo(forgotten);
    assertThat(apns.pushes())
        .as("what was forgotten is not judged")
        .hasSize(Math.toIntExact(apns.received()));
    assertThat(commits.breaches()).isEmpty();
    assertThat(commits.looks()).isGreaterThan(FEWEST_LOOKS);
    assertThat(late.breaches()).isEmpty();
    assertThat(ends.breaches()).isEmpty();
    assertThat(ends.ended()).as("calls that ended").isPositive();
    assertThat(doubles.breaches()).isEmpty();
    assertThat(everyInvite().breaches()).isEmpty();
  }

  @Override
  public void close() {
    commits.close();
  }
}
