package dev.ringpost.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.call.Device.SealKey;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SealKeyTest {

  private static final String KEY = "QxDul9iMwfCIpVdsd6sM9cOsd/OXklOTnGyEtUKcWWYq";

  @Test
  void aKeyIsReadWithAndWithoutItsPadding() {
    byte[] bytes = HexFormat.of().parseHex("4310ee97d88cc1f088a5576c77ab0cf5".repeat(2));
    String padded = Base64.getEncoder().encodeToString(bytes);

    assertThat(SealKey.parse(padded)).isEqualTo(SealKey.ofBytes(bytes));
    assertThat(SealKey.parse(padded.replace("=", "")).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", KEY + "AAAA", "not base64!", "{}"})
  void whatIsNoKeyIsRefusedWithoutBeingQuoted(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SealKey.parse(text))
        .withMessageStartingWith("sealTo must be ")
        .withMessageNotContaining(text.isEmpty() ? KEY : text);
  }

  /** Java's own X25519 refuses the same points. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
      })
  void aKeyThatKeepsNoSecretIsRefused(String hex) throws Exception {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> SealKey.ofBytes(bytes))
        .withMessageContaining("small order");
    var agreement = KeyAgreement.getInstance("X25519");
    agreement.init(KeyPairGenerator.getInstance("X25519").generateKeyPair().getPrivate());
    bytes[31] &= 0x7F;
    var point = KeyFactory.getInstance("X25519").generatePublic(spec(bytes));
    assertThatThrownBy(() -> agreement.doPhase(point, true))
        .isInstanceOf(InvalidKeyException.class);
  }

  private static XECPublicKeySpec spec(byte[] littleEndian) {
    byte[] big = new byte[littleEndian.length];
    for (int i = 0; i < big.length; i++) {
      big[i] = littleEndian[big.length - 1 - i];
    }
    return new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, big));
  }
}
