package dev.ringpost.apns.path;

import io.netty.resolver.DefaultHostsFileEntriesResolver;
import io.netty.resolver.ResolvedAddressTypes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of hosts by this machine's own resolver, within a bounded time. Safe for many
 * threads.
 *
 * <p>The resolver waits 5 s for each name server that is silent, for each search domain again, and
 * cannot be interrupted. So each name is asked about on a thread of its own, by one question at a
 * time for all who ask. A late answer serves the next who asks; and while no new answer comes, or
 * none that knows the name, the last one serves on.
 */
public final class NameResolver {

  /** How long the last answer serves while there is no new one. */
  static final Duration STALE_MAX = Duration.ofHours(12);

  /** How long a new answer is waited for where there is an older one. */
  static final Duration FRESH_WAIT = Duration.ofMillis(500);

  private static final String APPLE = ".apple.com";

  /** A lookup by the resolver; it may take long. */
  public interface Lookup {

    /**
     * At least one address, in the order of the resolver.
     *
     * @param host a name, absolute if it ends with a dot
     */
    List<InetAddress> addresses(String host) throws UnknownHostException;
  }

  /** The exception for a resolver that has not answered in time. */
  public static final class SilentResolverException extends UnknownHostException {
    private static final long serialVersionUID = 1;

    SilentResolverException(String words) {
      super(words);
    }
  }

  private record Known(List<InetAddress> addresses, long atNanos) {}

  private final Lookup lookup;
  private final LongSupplier nanos;
  private final Map<String, FutureTask<List<InetAddress>>> questions = new ConcurrentHashMap<>();
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  public NameResolver(Lookup lookup) {
    this(lookup, System::nanoTime);
  }

  /**
   * @param nanos the time, as {@link System#nanoTime}
   */
  NameResolver(Lookup lookup, LongSupplier nanos) {
    this.lookup = lookup;
    this.nanos = nanos;
  }

  /** This machine's resolver. */
  public static NameResolver ofSystem() {
    return new NameResolver(host -> ask(host, name -> List.of(InetAddress.getAllByName(name))));
  }

  /**
   * The addresses of a host, at least one, in the resolver's order.
   *
   * @param patience bound on the waiting
   * @throws UnknownHostException if there is none, or no answer in time; its message says which
   */
  List<InetAddress> resolve(String host, Duration patience)
      throws UnknownHostException, InterruptedException {
    FutureTask<List<InetAddress>> question =
        questions.compute(
            host, (_, asked) -> asked != null && !asked.isDone() ? asked : begin(host));
    List<InetAddress> before = lastKnown(host);
    Duration wait = !before.isEmpty() && FRESH_WAIT.compareTo(patience) < 0 ? FRESH_WAIT : patience;
    try {
      return question.get(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      if (!before.isEmpty()) {
        return before;
      }
      throw new SilentResolverException(
          "no answer from DNS about " + host + " within " + wait.toMillis() + " ms");
    } catch (ExecutionException e) {
      if (!before.isEmpty()) {
        return before;
      }
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IllegalStateException("the resolver failed at " + host, e.getCause());
    }
  }

  private List<InetAddress> lastKnown(String host) {
    Known last = known.get(host);
    return last != null && nanos.getAsLong() - last.atNanos() < STALE_MAX.toNanos()
        ? last.addresses()
        : List.of();
  }

  private FutureTask<List<InetAddress>> begin(String host) {
    FutureTask<List<InetAddress>> question =
        new FutureTask<>(
            () -> {
              List<InetAddress> addresses = lookup.addresses(host);
              known.put(host, new Known(addresses, nanos.getAsLong()));
              return addresses;
            });
    // a platform thread: the resolver would hold up the carrier of a virtual one
    var _ = Thread.ofPlatform().name("apns-dns").daemon().start(question);
    return question;
  }

  /**
   * Apple's names are asked for as absolute ones: a resolver that is to try search domains first,
   * as in a pod (ndots 5), would ask for each of these, and one may be silent. The hosts file,
   * which knows no absolute names, goes before.
   */
  static List<InetAddress> ask(String host, Lookup dns) throws UnknownHostException {
    if (host.endsWith(APPLE)) {
      List<InetAddress> written = inHostsFile(host);
      return written == null ? dns.addresses(host + ".") : written;
    }
    return dns.addresses(host);
  }

  private static @Nullable List<InetAddress> inHostsFile(String host) {
    return new DefaultHostsFileEntriesResolver()
        .addresses(host.toLowerCase(Locale.ROOT), ResolvedAddressTypes.IPV4_PREFERRED);
  }
}
