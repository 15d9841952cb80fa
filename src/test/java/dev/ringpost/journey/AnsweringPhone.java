package dev.ringpost.journey;

import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import java.time.Duration;
import java.util.List;

/** A test phone: its app, or its call server, tells {@code ringing} at each push that APNs took. */
final class AnsweringPhone implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(20);

  private final LocalApns apns;
  private final CallPlatform platform;
  private final UserId user;
  private final DeviceId device;
  private final Thread thread;
  private volatile boolean deaf;

  AnsweringPhone(LocalApns apns, CallPlatform platform, UserId user, DeviceId device) {
    this.apns = apns;
    this.platform = platform;
    this.user = user;
    this.device = device;
    this.thread = Thread.ofPlatform().daemon().name("phone").start(this::run);
  }

  /** Whether it stays silent from now on. */
  void deaf(boolean silent) {
    deaf = silent;
  }

  private void run() {
    int seen = apns.pushes().size();
    try {
      while (true) {
        List<ReceivedPush> pushes = apns.pushes();
        for (ReceivedPush push : pushes.subList(Math.min(seen, pushes.size()), pushes.size())) {
          if (push.accepted() && !deaf) {
            String call = push.json().at("/call/id").asText();
            platform.ringingLater(new CallId(call), user, device, _ -> {});
          }
        }
        seen = pushes.size();
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
