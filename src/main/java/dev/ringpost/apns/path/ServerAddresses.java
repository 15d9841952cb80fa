package dev.ringpost.apns.path;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.ringpost.apns.credentials.Causes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The order in which the addresses of one host are tried by all who connect to it. Safe for many
 * threads.
 *
 * <p>First those of the family that the resolver names first, which is IPv4 unless the runtime is
 * told otherwise, each connection beginning with another one; then those of the other family; last
 * those that failed within {@link #PUT_LAST}, the longest ago first. An address that no route leads
 * to speaks for its whole family, so a host without IPv6 loses no time with it.
 */
public final class ServerAddresses {

  /** How long an address that failed is tried only after all others. */
  static final Duration PUT_LAST = Duration.ofMinutes(1);

  /**
   * What Linux says of an address of a family that it has no route for (ENETUNREACH), or no address
   * of its own (EADDRNOTAVAIL, where IPv6 is switched off).
   */
  private static final List<String> NO_WAY =
      List.of("Network is unreachable", "Cannot assign requested address");

  private final String host;
  private final int port;
  private final NameResolver names;
  private final LongSupplier nanos;

  @GuardedBy("this")
  private final Map<InetAddress, Long> failedNanos = new HashMap<>();

  @GuardedBy("this")
  private List<InetAddress> latest = List.of();

  @GuardedBy("this")
  private int turn;

  ServerAddresses(String host, int port, NameResolver names) {
    this(host, port, names, System::nanoTime);
  }

  /**
   * @param nanos the time, as {@link System#nanoTime}
   */
  ServerAddresses(String host, int port, NameResolver names, LongSupplier nanos) {
    this.nanos = nanos;
    this.host = host;
    this.port = port;
    this.names = names;
  }

  public String host() {
    return host;
  }

  int port() {
    return port;
  }

  /**
   * All addresses, in the order in which they are to be tried now.
   *
   * @param patience bound on the waiting for DNS
   */
  public List<InetSocketAddress> inOrder(Duration patience)
      throws UnknownHostException, InterruptedException {
    List<InetAddress> resolved = names.resolve(host, patience);
    synchronized (this) {
      latest = resolved;
      return order(resolved).stream().map(address -> new InetSocketAddress(address, port)).toList();
    }
  }

  @GuardedBy("this")
  private List<InetAddress> order(List<InetAddress> resolved) {
    long now = nanos.getAsLong();
    failedNanos.values().removeIf(at -> now - at > PUT_LAST.toNanos());
    Class<?> family = resolved.getFirst().getClass();
    List<InetAddress> preferred = new ArrayList<>();
    List<InetAddress> others = new ArrayList<>();
    List<InetAddress> failed = new ArrayList<>();
    for (InetAddress address : resolved) {
      if (failedNanos.containsKey(address)) {
        failed.add(address);
      } else {
        (family.isInstance(address) ? preferred : others).add(address);
      }
    }
    Collections.rotate(preferred, -turn);
    turn = turn == Integer.MAX_VALUE ? 0 : turn + 1;
    Map<InetAddress, Long> since = failedNanos;
    failed.sort(Comparator.comparing(since::get));
    preferred.addAll(others);
    preferred.addAll(failed);
    return preferred;
  }

  /** A connection to an address did not come about: TCP, a proxy's tunnel, TLS or SETTINGS. */
  public synchronized void failed(InetSocketAddress address, Throwable cause) {
    long now = nanos.getAsLong();
    InetAddress failed = address.getAddress();
    failedNanos.put(failed, now);
    if (NO_WAY.stream().anyMatch(Causes.innermost(cause)::contains)) {
      for (InetAddress other : latest) {
        if (other.getClass() == failed.getClass()) {
          failedNanos.put(other, now);
        }
      }
    }
  }

  /** A connection stands. */
  synchronized void served(InetSocketAddress address) {
    failedNanos.remove(address.getAddress());
  }
}
