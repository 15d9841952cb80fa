package dev.ringpost.directory.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The index beside a plain list. */
class TokenOwnerIndexTest {

  private record Claim(int token, int user) {}

  private final TokenOwnerIndex index = new TokenOwnerIndex();

  /** Hashes are evenly spread, small numbers are not. */
  private static int hash(int number) {
    return TokenOwnerShard.usable(new Random(number).nextInt());
  }

  private void add(Claim claim) {
    index.add(hash(claim.token()), hash(claim.user()), bytes(claim.token()));
  }

  private static byte[] bytes(int token) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(token).array();
  }

  private boolean isCrowded(int token) {
    return index.isCrowded(hash(token), bytes(token), 0, Integer.BYTES);
  }

  private void remove(Claim claim) {
    index.remove(hash(claim.token()), hash(claim.user()));
  }

  private List<Integer> rivals(int token) {
    return Arrays.stream(index.rivals(hash(token))).sorted().boxed().toList();
  }

  private static List<Integer> rivals(List<Claim> claims, int token) {
    List<Integer> users =
        claims.stream()
            .filter(claim -> claim.token() == token)
            .map(claim -> hash(claim.user()))
            .sorted()
            .toList();
    return users.size() < 2 || users.size() > TokenOwnerShard.MAX_RIVALS ? List.of() : users;
  }

  @ParameterizedTest
  @CsvSource({
    // seed, tokens, users, steps
    "1,      1,      3,     4000", // one token, crowded and not by turns
    "2,      3,      1000,  20000",
    "3,      300,    50,    60000",
    "4,      30000,  30000, 60000",
  })
  void saysWhatAPlainListSays(long seed, int tokens, int users, int steps) {
    var random = new Random(seed);
    List<Claim> claims = new ArrayList<>();
    long grown = 0;
    for (int step = 0; step < steps; step++) {
      grown = Math.max(grown, index.bytes());
      boolean growing = step / (steps / 4) % 2 == 0;
      if (claims.isEmpty() || random.nextInt(10) < (growing ? 8 : 2)) {
        var claim = new Claim(random.nextInt(tokens), random.nextInt(users));
        claims.add(claim);
        add(claim);
      } else {
        int place = random.nextInt(claims.size());
        Claim claim = claims.get(place);
        claims.set(place, claims.getLast());
        claims.removeLast();
        remove(claim);
      }
      if (step % 100 == 0 || claims.size() < 300) {
        int token = random.nextInt(tokens);
        assertThat(rivals(token)).isEqualTo(rivals(claims, token));
      }
    }
    claims.forEach(this::remove);

    assertThat(index.bytes()).isLessThan(grown);
    assertThat(index.bytes()).isEqualTo(new TokenOwnerIndex().bytes());
  }

  @Test
  void aTokenThatThousandsClaimIsNobodysUntilFewClaimIt() {
    int many = 200_000;
    for (int user = 0; user < many; user++) {
      add(new Claim(1, user));
    }
    assertThat(rivals(1)).isEmpty();
    assertThat(isCrowded(1)).isTrue();
    assertThat(index.isCrowded(hash(1), bytes(7), 0, Integer.BYTES))
        .as("another token that has the same hash")
        .isFalse();
    add(new Claim(2, 1));
    add(new Claim(2, 2));
    assertThat(rivals(2)).hasSize(2);

    for (int user = 0; user < many - TokenOwnerShard.MAX_RIVALS; user++) {
      remove(new Claim(1, user));
    }
    assertThat(rivals(1)).hasSize(TokenOwnerShard.MAX_RIVALS);
    assertThat(isCrowded(1)).isFalse();
    assertThat(rivals(2)).hasSize(2);
  }

  @Test
  void whatIsNotThereCanBeTakenBackWithoutHarm() {
    add(new Claim(1, 1));
    remove(new Claim(1, 2));
    remove(new Claim(2, 1));
    add(new Claim(1, 3));

    assertThat(rivals(1)).hasSize(2);
  }

  @Test
  void aClaimTakesFewBytes() {
    var random = new Random(1);
    for (int claims = 1; claims <= 500_000; claims++) {
      index.add(TokenOwnerShard.usable(random.nextInt()), random.nextInt(), bytes(0));
      if (claims >= 100_000 && claims % 1000 == 0) {
        assertThat((double) index.bytes() / claims).isBetween(8.0, 14.0);
      }
    }
  }
}
