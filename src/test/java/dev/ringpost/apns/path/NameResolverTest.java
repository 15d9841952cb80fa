package dev.ringpost.apns.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Name servers that are silent, late or gone. */
@Timeout(30)
class NameResolverTest {

  private static final List<InetAddress> HERE = List.of(InetAddress.ofLiteral("127.0.0.1"));
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMinutes(5);

  @Test
  void aSilentResolverIsWaitedForNoLongerThanTold() {
    var release = new CountDownLatch(1);
    var asked = new AtomicInteger();
    var names = new NameResolver(_ -> late(release, asked));

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> names.resolve("apns.test", SHORT))
          .isInstanceOf(NameResolver.SilentResolverException.class)
          .hasMessage("no answer from DNS about apns.test within 50 ms");
    }
    assertThat(asked).hasValue(1);
    release.countDown();
  }

  @Test
  void aLateAnswerServesTheNextWhoAsks() throws Exception {
    var release = new CountDownLatch(1);
    var names = new NameResolver(_ -> late(release, new AtomicInteger()));
    assertThatThrownBy(() -> names.resolve("apns.test", SHORT))
        .isInstanceOf(NameResolver.SilentResolverException.class);

    release.countDown();

    assertThat(names.resolve("apns.test", LONG)).isEqualTo(HERE);
  }

  @Test
  void theLastAnswerServesWhileThereIsNoNewOne() throws Exception {
    var asked = new AtomicInteger();
    var never = new CountDownLatch(1);
    var names =
        new NameResolver(
            _ ->
                switch (asked.incrementAndGet()) {
                  case 1 -> HERE;
                  case 2 -> throw new UnknownHostException("Temporary failure in name resolution");
                  default -> late(never, asked);
                });

    assertThat(names.resolve("apns.test", LONG)).isEqualTo(HERE);
    assertThat(names.resolve("apns.test", LONG)).isEqualTo(HERE);
    assertThat(names.resolve("apns.test", LONG)).isEqualTo(HERE);
    assertThat(asked.get()).isGreaterThanOrEqualTo(3);
    never.countDown();
  }

  @Test
  void theLastAnswerServesNotForEver() throws Exception {
    var asked = new AtomicInteger();
    var nanos = new AtomicLong();
    var names =
        new NameResolver(
            host -> {
              if (asked.getAndIncrement() > 0) {
                throw new UnknownHostException(host);
              }
              return HERE;
            },
            nanos::get);
    assertThat(names.resolve("apns.test", LONG)).isEqualTo(HERE);
    nanos.addAndGet(NameResolver.STALE_MAX.toNanos() - 1);
    assertThat(names.resolve("apns.test", LONG)).isEqualTo(HERE);
    nanos.incrementAndGet();

    assertThatThrownBy(() -> names.resolve("apns.test", LONG)).hasMessage("apns.test");
  }

  @Test
  void applesNamesAreAskedForPastTheSearchDomains() throws Exception {
    List<String> asked = new ArrayList<>();
    for (String host : List.of("api.push.apple.com", "apns.test", "proxy")) {
      NameResolver.ask(
          host,
          name -> {
            asked.add(name);
            return HERE;
          });
    }

    assertThat(asked).containsExactly("api.push.apple.com.", "apns.test", "proxy");
  }

  @Test
  void aNameThatNobodyKnowsIsSaidToBeUnknown() {
    var names =
        new NameResolver(
            host -> {
              throw new UnknownHostException(host + ": Name or service not known");
            });

    assertThatThrownBy(() -> names.resolve("apns.test", LONG))
        .isExactlyInstanceOf(UnknownHostException.class)
        .hasMessage("apns.test: Name or service not known");
  }

  @Test
  void theSystemsResolverKnowsThisMachine() throws Exception {
    assertThat(NameResolver.ofSystem().resolve("localhost", LONG))
        .contains(InetAddress.ofLiteral("127.0.0.1"));
  }

  private static List<InetAddress> late(CountDownLatch release, AtomicInteger asked) {
    asked.incrementAndGet();
    try {
      release.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return HERE;
  }
}
