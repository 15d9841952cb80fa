package dev.ringpost.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Needs(Need.PACKET_FILTER)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LostPacketsTest {

  private static final int CONNECT_MILLIS = 500;

  @Test
  void losesWhatGoesToAPortUntilItIsClosed() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      try (LostPackets _ = LostPackets.at(100, List.of(server.getLocalPort()))) {
        assertThatThrownBy(() -> connect(server)).isInstanceOf(SocketTimeoutException.class);
        assertThat(isReached(other)).isTrue();
      }
      assertThat(isReached(server)).isTrue();
    }
  }

  private static boolean isReached(ServerSocket server) throws IOException {
    try (Socket client = connect(server)) {
      return client.isConnected();
    }
  }

  private static Socket connect(ServerSocket server) throws IOException {
    var client = new Socket();
    try {
      client.connect(server.getLocalSocketAddress(), CONNECT_MILLIS);
      return client;
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }
}
