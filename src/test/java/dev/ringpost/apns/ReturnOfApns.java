package dev.ringpost.apns;

import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.ActiveFault;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.Scope;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A benchmark of how soon after an outage of APNs the first push reaches it, while calls go on all
 * the time: after short outages and one that has opened the breaker, of three kinds. {@code mvn
 * test-compile exec:exec@bench-return}
 */
public final class ReturnOfApns {

  private static final int TURNS = 9;
  private static final List<Duration> OUTAGES =
      List.of(Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofSeconds(12));
  private static final Duration BETWEEN_CALLS = Duration.ofMillis(10);

  /** Each outage lasts up to this much longer, so that nothing that repeats is met at one point. */
  private static final int LONGER_MILLIS = 1000;

  private static final Random RANDOM = new Random(1);
  private static final Duration ATTEMPT = Duration.ofSeconds(4);
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private ReturnOfApns() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("ringpost-return");
    for (Kind kind : Kind.values()) {
      for (Duration outage : OUTAGES) {
        List<Long> millis = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
          Path own = Files.createTempDirectory(folder, "turn");
          millis.add(turn(own, kind, outage).toMillis());
        }
        millis.sort(Comparator.naturalOrder());
        System.out.printf(
            "%-7s for %5d ms and up to a second more: first push %d ms after the return [%d-%d], %d"
                + " turns%n",
            kind.name().toLowerCase(Locale.ROOT),
            outage.toMillis(),
            millis.get(TURNS / 2),
            millis.getFirst(),
            millis.getLast(),
            TURNS);
      }
    }
    remove(folder);
    System.exit(0);
  }

  /** The kind of an outage, as seen from here. */
  private enum Kind {
    /** Connections end, and new ones are refused. */
    REFUSES,
    /** Connections end, and what asks for new ones gets lost. */
    LOSES,
    /** Connections stand and never say anything again; new ones are taken and get no TLS. */
    SILENT
  }

  private static Duration turn(Path folder, Kind kind, Duration shortest) throws Exception {
    int port = FreePort.find();
    Duration outage = shortest.plusMillis(RANDOM.nextInt(LONGER_MILLIS));
    try (var fixture =
        SenderFixture.in(folder).attemptMax(ATTEMPT).connectTimeout(CONNECT).production(port)) {
      return switch (kind) {
        case REFUSES -> afterTheEnd(fixture, port, outage, () -> () -> {});
        case LOSES -> afterTheEnd(fixture, port, outage, () -> fullHouse(port));
        case SILENT -> afterSilence(fixture, port, outage);
      };
    }
  }

  private static Duration afterTheEnd(
      SenderFixture fixture, int port, Duration outage, Callable<Closeable> begin)
      throws Exception {
    try (var before = fixture.server().port(port).start()) {
      fixture.start();
      callUntil(fixture, () -> before.received() > 0);
    }
    try (Closeable _ = begin.call()) {
      callFor(fixture, outage);
    }
    try (LocalApns after = fixture.server().port(port).start()) {
      return untilReceived(fixture, after, 0);
    }
  }

  private static Duration afterSilence(SenderFixture fixture, int port, Duration outage)
      throws Exception {
    try (var apns = fixture.server().port(port).start()) {
      fixture.start();
      callUntil(fixture, () -> apns.received() > 100);
      int before = apns.connections().size();
      ActiveFault silence = apns.begin(Fault.silence(), Scope.all());
      callFor(fixture, outage);
      for (int connection = 1; connection <= before; connection++) {
        apns.begin(Fault.silence(), Scope.connection(connection));
      }
      long received = apns.received();
      silence.close();
      return untilReceived(fixture, apns, received);
    }
  }

  /** A port whose queue is full: who asks for a connection gets no answer of any kind. */
  private static Closeable fullHouse(int port) throws IOException {
    ServerSocket house = new ServerSocket(port, 1, InetAddress.getByName(LocalApns.HOST));
    List<SocketChannel> guests = new ArrayList<>();
    for (int guest = 0; guest < 4; guest++) {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.connect(house.getLocalSocketAddress());
      guests.add(channel);
    }
    return () -> {
      house.close();
      for (SocketChannel guest : guests) {
        guest.close();
      }
    };
  }

  private static Duration untilReceived(SenderFixture fixture, LocalApns apns, long before) {
    long back = System.nanoTime();
    callUntil(fixture, () -> apns.received() > before);
    return Duration.ofNanos(System.nanoTime() - back);
  }

  private static void callFor(SenderFixture fixture, Duration time) {
    long over = System.nanoTime() + time.toNanos();
    callUntil(fixture, () -> System.nanoTime() - over >= 0);
  }

  private static void callUntil(SenderFixture fixture, BooleanSupplier done) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (int call = 0; !done.getAsBoolean(); call++) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("it takes longer than " + PATIENCE.toSeconds() + " s");
      }
      var invite = Calls.invite(Instant.now(), Calls.LONG);
      var _ = fixture.push(Calls.push(invite, Calls.device(Calls.token(call))));
      LockSupport.parkNanos(BETWEEN_CALLS.toNanos());
    }
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
