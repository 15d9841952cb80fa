package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A push that is to go over another connection than the one before it. */
@Timeout(60)
class AvoidedConnectionTest {

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @Test
  void itGoesOverTheOtherConnection() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      PushReport last = fixture.outcome(avoiding("", 0));
      for (int turn = 1; turn <= 6; turn++) {
        PushReport next = fixture.outcome(avoiding(last.connection(), turn % 2));
        assertThat(next.outcome()).isEqualTo(new Accepted());
        assertThat(next.connection()).isNotEqualTo(last.connection());
        last = next;
      }
      assertThat(apns.pushes(Calls.token(0)))
          .as("seen from there")
          .extracting(ReceivedPush::connection)
          .containsOnly(apns.pushes(Calls.token(0)).getFirst().connection());
    }
  }

  @Test
  void itGoesOverTheSameOneWhereThereIsNoOther() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      PushReport first = fixture.outcome(avoiding("", 0));
      PushReport second = fixture.outcome(avoiding(first.connection(), 0));

      assertThat(second.outcome()).isEqualTo(new Accepted());
      assertThat(second.connection()).isEqualTo(first.connection());
    }
  }

  @Test
  void itGoesOverTheSameOneWhereTheOtherHasNoPlace() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().maxStreams(1).start()) {
      fixture.startWide(apns, invite, 1);
      PushReport first = fixture.outcome(avoiding("", 0));
      apns.answerNext(Calls.token(1), Behaviour.keepsSilent());
      var silent = fixture.push(avoiding(first.connection(), 1));
      SenderFixture.eventually(() -> !apns.pushes(Calls.token(1)).isEmpty());
      PushReport second = fixture.outcome(avoiding(first.connection(), 2));

      assertThat(silent).isNotDone();
      assertThat(second.outcome()).isEqualTo(new Accepted());
      assertThat(second.connection()).isEqualTo(first.connection());
    }
  }

  private PushRequest avoiding(String connection, int token) {
    PushRequest push = Calls.push(invite, Calls.device(Calls.token(token)));
    return new PushRequest(
        push.attempt(), push.device(), push.guard(), push.orderedAt(), connection);
  }
}
