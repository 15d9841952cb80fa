package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseTest {

  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);
  private final Lease lease = new Lease(Duration.ofSeconds(6), nanoTime::get);

  @Test
  void itIsGoodForTwoThirdsOfTheSession() {
    nanoTime.addAndGet(Duration.ofSeconds(4).toNanos());
    assertThat(lease.expired()).isFalse();
    nanoTime.incrementAndGet();
    assertThat(lease.expired()).isTrue();
  }

  @Test
  void aTurnInTimeRenewsIt() {
    nanoTime.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(lease.renew()).isTrue();
    nanoTime.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(lease.expired()).isFalse();
  }

  @Test
  void aTurnThatComesTooLateDoesNotRenewIt() {
    nanoTime.addAndGet(Duration.ofSeconds(5).toNanos());
    assertThat(lease.renew()).isFalse();
    assertThat(lease.expired()).isTrue();
  }

  @Test
  void whatItHasSaidOnceItSaysForEver() {
    nanoTime.addAndGet(Duration.ofSeconds(5).toNanos());
    assertThat(lease.expired()).isTrue();
    nanoTime.addAndGet(-Duration.ofSeconds(5).toNanos());
    assertThat(lease.expired()).isTrue();
    assertThat(lease.renew()).isFalse();
  }
}
