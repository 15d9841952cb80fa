package dev.ringpost.apns.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order in which addresses are tried. */
@Timeout(30)
class ServerAddressesTest {

  private final AtomicLong nanos = new AtomicLong();

  @Test
  void eachConnectionBeginsWithAnotherAddress() throws Exception {
    ServerAddresses addresses = of("10.0.0.1", "10.0.0.2", "10.0.0.3");

    assertThat(order(addresses)).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
    assertThat(order(addresses)).containsExactly("10.0.0.2", "10.0.0.3", "10.0.0.1");
    assertThat(order(addresses)).containsExactly("10.0.0.3", "10.0.0.1", "10.0.0.2");
  }

  @Test
  void anAddressThatFailedIsTriedLast() throws Exception {
    ServerAddresses addresses = of("10.0.0.1", "10.0.0.2", "10.0.0.3");
    addresses.failed(at("10.0.0.1"), new ConnectException("Connection refused"));
    addresses.failed(at("10.0.0.3"), new ConnectException("Connection refused"));

    assertThat(order(addresses)).containsExactly("10.0.0.2", "10.0.0.1", "10.0.0.3");

    addresses.served(at("10.0.0.3"));
    assertThat(order(addresses).getLast()).isEqualTo("10.0.0.1");
  }

  @Test
  void thatOneWhichFailedTheLongestAgoIsTriedFirstAmongThem() throws Exception {
    ServerAddresses addresses = of("10.0.0.1", "10.0.0.2");
    addresses.failed(at("10.0.0.2"), new ConnectException("Connection refused"));
    nanos.incrementAndGet();
    addresses.failed(at("10.0.0.1"), new ConnectException("Connection refused"));

    assertThat(order(addresses)).containsExactly("10.0.0.2", "10.0.0.1");
  }

  @Test
  void anAddressThatFailedIsTriedInItsTurnAgainAfterAWhile() throws Exception {
    ServerAddresses addresses = of("10.0.0.1", "2001:db8:0:0:0:0:0:1");
    addresses.failed(at("10.0.0.1"), new ConnectException("Connection refused"));
    nanos.addAndGet(ServerAddresses.PUT_LAST.toNanos());
    assertThat(order(addresses).getLast()).isEqualTo("10.0.0.1");
    nanos.incrementAndGet();

    assertThat(order(addresses).getFirst()).isEqualTo("10.0.0.1");
  }

  @Test
  void theOtherFamilyIsTriedOnceTheFirstHasFailed() throws Exception {
    ServerAddresses addresses = of("10.0.0.1", "2001:db8:0:0:0:0:0:1", "10.0.0.2");

    assertThat(order(addresses)).containsExactly("10.0.0.1", "10.0.0.2", "2001:db8:0:0:0:0:0:1");
    addresses.failed(at("10.0.0.1"), new ConnectException("connection timed out"));
    addresses.failed(at("10.0.0.2"), new ConnectException("connection timed out"));
    assertThat(order(addresses).getFirst()).isEqualTo("2001:db8:0:0:0:0:0:1");
  }

  @Test
  void aHostWithoutIpv6LosesOneTryOnIt() throws Exception {
    ServerAddresses addresses =
        of("2001:db8:0:0:0:0:0:1", "2001:db8:0:0:0:0:0:2", "10.0.0.1", "10.0.0.2");
    assertThat(order(addresses).getFirst()).isEqualTo("2001:db8:0:0:0:0:0:1");

    addresses.failed(
        at("2001:db8:0:0:0:0:0:1"),
        new SocketException("Network is unreachable: apns.test/[2001:db8::1]:443"));

    assertThat(order(addresses).subList(0, 2)).containsExactly("10.0.0.1", "10.0.0.2");
  }

  private ServerAddresses of(String... literals) {
    List<InetAddress> all = Arrays.stream(literals).map(InetAddress::ofLiteral).toList();
    return new ServerAddresses("apns.test", 443, new NameResolver(_ -> all), nanos::get);
  }

  private static InetSocketAddress at(String literal) {
    return new InetSocketAddress(InetAddress.ofLiteral(literal), 443);
  }

  private static List<String> order(ServerAddresses addresses) throws Exception {
    return addresses.inOrder(Duration.ofSeconds(20)).stream()
        .map(address -> address.getAddress().getHostAddress())
        .toList();
  }
}
