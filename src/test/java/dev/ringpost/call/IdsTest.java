package dev.ringpost.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

  /** Every kind of id, with its bound. */
  private static final Map<Function<String, Object>, Integer> KINDS =
      Map.of(
          CallId::new,
          CallId.MAX_LENGTH,
          UserId::new,
          UserId.MAX_LENGTH,
          DeviceId::new,
          DeviceId.MAX_LENGTH,
          BundleId::new,
          BundleId.MAX_LENGTH);

  @Test
  void anIdAtItsBoundIsTaken() {
    KINDS.forEach((id, bound) -> assertThat(id.apply("x".repeat(bound))).isNotNull());
  }

  @Test
  void anIdBeyondItsBoundIsRefusedWithTheBoundNamed() {
    KINDS.forEach(
        (id, bound) ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> id.apply("x".repeat(bound + 1)))
                .withMessageContaining("1 to " + bound));
  }

  @Test
  void anEmptyIdIsRefused() {
    KINDS.forEach((id, _) -> assertThatIllegalArgumentException().isThrownBy(() -> id.apply("")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD83D", "a\uD83D", "\uDE00a", "\uDE00\uD83D"})
  void anIdThatUtf8CannotCarryIsRefused(String half) {
    KINDS.forEach((id, _) -> assertThatIllegalArgumentException().isThrownBy(() -> id.apply(half)));
  }

  @Test
  void anIdMayHoldAnyWholeCharacter() {
    assertThat(new UserId("+49 30/äöü <☎> 😀").value()).isEqualTo("+49 30/äöü <☎> 😀");
  }

  @Test
  void idsAreComparedExactly() {
    assertThat(new UserId("alice")).isNotEqualTo(new UserId("Alice"));
    assertThat(new UserId("ä")).isNotEqualTo(new UserId("a\u0308"));
  }

  @Test
  void theVoipTopicIsDerived() {
    assertThat(new BundleId("com.example.phone").voipTopic()).isEqualTo("com.example.phone.voip");
  }
}
