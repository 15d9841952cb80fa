package dev.ringpost.directory;

import static dev.ringpost.directory.CallSignalsFixture.INVITED;
import static dev.ringpost.directory.CallSignalsFixture.PHONE;
import static dev.ringpost.directory.CallSignalsFixture.alice;
import static dev.ringpost.directory.CallSignalsFixture.ringing;
import static dev.ringpost.directory.CallSignalsFixture.signal;
import static dev.ringpost.interleavings.Scenario.promise;
import static dev.ringpost.interleavings.Scenario.together;

import dev.ringpost.call.CallInvite;
import dev.ringpost.interleavings.Scenario;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Signals are read while pushes ask for them, without a lock: an end that was read stays one
 * ({@code NothingRingsAfterItsEnd}), also if an older word comes behind it, and a phone that rings
 * is measured once, whichever comes first, its push or its word.
 */
public final class EndReadWhilePushed implements Scenario {

  @Override
  public void play() throws InterruptedException {
    var fixture = new CallSignalsFixture();
    CallInvite invite = alice();
    var read = new AtomicBoolean();
    // Measured from the first word of ringing on.
    fixture.apply("{\"callId\": \"other\", \"type\": \"ringing\", \"deviceId\": \"phone\"}");

    together(
        () -> {
          fixture.apply(ringing(""));
          fixture.apply(signal("ended", ""));
          read.set(true);
          fixture.apply(signal("ended", ", \"at\": \"2026-11-24T09:00:00Z\""));
        },
        () -> fixture.calls.written(invite, PHONE, INVITED),
        () -> {
          boolean hadBeenRead = read.get();
          promise(!hadBeenRead || fixture.calls.ended(invite), "an end that was read is forgotten");
        });

    promise(fixture.calls.ended(invite), "the end is not known");
    promise(fixture.calls.rings(invite, PHONE), "the ringing is not known");
    promise(fixture.ringThrough().count() == 1, "measured " + fixture.ringThrough().count());
  }
}
