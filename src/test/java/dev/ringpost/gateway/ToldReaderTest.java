package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ToldReaderTest {

  private static final String RESULT =
      "{\"callId\":\"c1\",\"callee\":\"alice\",\"final\":true,\"verdict\":\"accepted\","
          + "\"invite\":{\"topic\":\"call-invites\",\"partition\":2,\"offset\":7}}";

  private final ToldReader reader = new ToldReader("call-invites");

  @Test
  void aResultIsReadAsItStands() {
    assertThat(reader.read(RESULT.getBytes(UTF_8)))
        .hasValue(
            new Told(new CallId("c1"), "alice", new Told.Place(2, 7), true, "accepted", RESULT));
  }

  /** Two installations may share a topic of results; their invites have the same offsets. */
  @Test
  void aResultOfAnInviteOnAnotherTopicIsNone() {
    assertThat(reader.read(RESULT.replace("call-invites", "others").getBytes(UTF_8))).isEmpty();
  }

  @Test
  void whatIsNoResultIsNone() {
    for (String value : new String[] {"", "[]", "{", "{}", RESULT.replace("7", "\"x\"")}) {
      assertThat(reader.read(value.getBytes(UTF_8))).as(value).isEmpty();
    }
    assertThat(reader.read(null)).isEmpty();
  }
}
