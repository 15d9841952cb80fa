package dev.ringpost.directory.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of a snapshot: read as it was written, or refused; and for nobody else. */
@Timeout(60)
class SnapshotFileTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  private static final SnapshotHeader HEADER =
      new SnapshotHeader(
          "1.2.3",
          "voip-tokens",
          "mVLMZOsCT4SHc0Uj5-PHbA",
          Instant.ofEpochMilli(1_795_500_000_123L),
          List.of(
              new SnapshotHeader.Position(17, OptionalInt.of(3)),
              new SnapshotHeader.Position(0, OptionalInt.empty())));

  private final Path folder;
  private final Path keyFile;
  private final SnapshotFile file;

  SnapshotFileTest(@TempDir Path temporary) throws IOException {
    folder = temporary.resolve("made/snapshots");
    keyFile = temporary.resolve("key");
    file = new SnapshotFile(folder, "voip-tokens");
    newKey();
  }

  private void newKey() throws IOException {
    byte[] key = new byte[32];
    RANDOM.nextBytes(key);
    Files.writeString(keyFile, Base64.getEncoder().encodeToString(key) + "\n");
  }

  private Path path() {
    return folder.resolve("voip-tokens.snap");
  }

  private boolean write(byte[] body) throws IOException {
    OptionalLong bytes =
        file.write(SnapshotKey.read(keyFile), RANDOM, HEADER, out -> out.write(body));
    if (bytes.isPresent()) {
      assertThat(path()).hasSize(bytes.getAsLong());
    }
    return bytes.isPresent();
  }

  private byte[] read() throws IOException {
    try (SnapshotFile.Opened opened = file.open(SnapshotKey.read(keyFile))) {
      assertThat(opened.header()).isEqualTo(HEADER);
      return opened.body().readAllBytes();
    }
  }

  private SnapshotReason refusal() {
    try {
      read();
    } catch (SnapshotRefusedException e) {
      return e.reason();
    } catch (IOException e) {
      throw new AssertionError("not refused by a reason", e);
    }
    throw new AssertionError("not refused");
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 100, ChunkCipher.CHUNK - 200, ChunkCipher.CHUNK, 3 * ChunkCipher.CHUNK + 5})
  void whatIsWrittenIsRead(int length) throws Exception {
    assertThat(write(random(length))).isTrue();

    assertThat(read()).isEqualTo(random(length));
  }

  @Test
  void aChunkThatIsFullExactlyIsTheLastOne() throws Exception {
    // What a header takes is found out, so that the clear text ends with a chunk.
    write(new byte[0]);
    int clear = (int) Files.size(path()) - headLength() - ChunkCipher.TAG;
    byte[] body = random(ChunkCipher.CHUNK - clear);
    write(body);

    assertThat(Files.size(path())).isEqualTo(headLength() + ChunkCipher.CHUNK + ChunkCipher.TAG);
    assertThat(read()).isEqualTo(body);
  }

  private static int headLength() {
    return 8 + Short.BYTES + 32 + SnapshotKey.CHECK_LENGTH;
  }

  @Test
  void folderAndFileAreForThisUserAlone() throws Exception {
    write(random(10));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files)
          .allSatisfy(
              it ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(it)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void anOpenFolderIsClosed() throws Exception {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    write(random(10));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }

  @Test
  void nothingOfItCanBeReadInTheFile() throws Exception {
    byte[] secret = "token-0123456789abcdef".getBytes(US_ASCII);
    write(secret);

    String content = new String(Files.readAllBytes(path()), US_ASCII);
    assertThat(content).doesNotContain("token-").doesNotContain("voip-tokens");
  }

  @Test
  void noTwoFilesAreSealedAlike() throws Exception {
    write(random(100));
    byte[] first = Files.readAllBytes(path());
    write(random(100));
    byte[] second = Files.readAllBytes(path());

    assertThat(Arrays.copyOfRange(first, headLength(), first.length))
        .isNotEqualTo(Arrays.copyOfRange(second, headLength(), second.length));
  }

  @Test
  void aByteThatIsAnotherAnywhereIsDamage() throws Exception {
    write(random(2 * ChunkCipher.CHUNK));
    byte[] whole = Files.readAllBytes(path());
    for (int at = 0; at < whole.length; at += at < 200 ? 1 : 20_011) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 1;
      Files.write(path(), flipped);

      assertThat(refusal())
          .as("byte %d", at)
          .isIn(SnapshotReason.DAMAGED, SnapshotReason.OTHER_KEY, SnapshotReason.OTHER_FORMAT);
    }
  }

  @Test
  void aFileThatEndsTooSoonIsDamagedWhereverItEnds() throws Exception {
    write(random(2 * ChunkCipher.CHUNK + 100));
    byte[] whole = Files.readAllBytes(path());
    int chunk = ChunkCipher.CHUNK + ChunkCipher.TAG;
    for (int length = 0; length < whole.length; length += length < 200 ? 1 : 20_011) {
      Files.write(path(), Arrays.copyOf(whole, length));
      assertThat(refusal()).as("%d bytes", length).isEqualTo(SnapshotReason.DAMAGED);
    }
    for (int chunks = 1; chunks <= 2; chunks++) {
      Files.write(path(), Arrays.copyOf(whole, headLength() + chunks * chunk));
      assertThat(refusal()).as("%d whole chunks", chunks).isEqualTo(SnapshotReason.DAMAGED);
    }
    Files.write(path(), Arrays.copyOf(whole, whole.length + 1));
    assertThat(refusal()).as("a byte more").isEqualTo(SnapshotReason.DAMAGED);
  }

  @Test
  void chunksInAnotherOrderAreDamage() throws Exception {
    write(random(3 * ChunkCipher.CHUNK));
    byte[] whole = Files.readAllBytes(path());
    int chunk = ChunkCipher.CHUNK + ChunkCipher.TAG;
    byte[] changed = whole.clone();
    System.arraycopy(whole, headLength() + chunk, changed, headLength() + 2 * chunk, chunk);
    System.arraycopy(whole, headLength() + 2 * chunk, changed, headLength() + chunk, chunk);
    Files.write(path(), changed);

    assertThat(refusal()).isEqualTo(SnapshotReason.DAMAGED);
  }

  @Test
  void anotherKeyIsToldFromDamage() throws Exception {
    write(random(10));
    newKey();

    assertThat(refusal()).isEqualTo(SnapshotReason.OTHER_KEY);
  }

  @Test
  void anotherFormatIsToldFromDamage() throws Exception {
    write(random(10));
    byte[] whole = Files.readAllBytes(path());
    whole[9]++;
    Files.write(path(), whole);

    assertThat(refusal()).isEqualTo(SnapshotReason.OTHER_FORMAT);
  }

  @Test
  void aMissingFileIsNoDamage() {
    assertThat(refusal()).isEqualTo(SnapshotReason.NONE);
  }

  @Test
  void aWritingThatFailsLeavesTheFileThatWasThere() throws Exception {
    write(random(10));
    SnapshotKey key = SnapshotKey.read(keyFile);

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                file.write(
                    key,
                    RANDOM,
                    HEADER,
                    out -> {
                      out.write(random(3 * ChunkCipher.CHUNK));
                      throw new IOException("the disk is full");
                    }));
    assertThat(read()).isEqualTo(random(10));
    assertThat(folder.resolve("voip-tokens.part")).doesNotExist();
  }

  @Test
  void whatOneLeftWhoDiedWhileWritingIsInNobodysWay() throws Exception {
    write(random(10));
    Files.write(folder.resolve("voip-tokens.part"), random(1000));
    assertThat(read()).isEqualTo(random(10));
    assertThat(write(random(20))).isTrue();

    assertThat(read()).isEqualTo(random(20));
    assertThat(folder.resolve("voip-tokens.part")).doesNotExist();
  }

  @Test
  void oneWorkerWritesAtATime() throws Exception {
    write(random(10));
    try (FileChannel other =
            FileChannel.open(folder.resolve("voip-tokens.lock"), StandardOpenOption.WRITE);
        FileLock held = other.lock()) {
      assertThat(held.isValid()).isTrue();
      assertThat(write(random(20))).isFalse();
    }

    assertThat(read()).isEqualTo(random(10));
    assertThat(write(random(20))).isTrue();
  }

  @Test
  void aFolderThatCannotBeMadeIsAFailure() throws Exception {
    Files.createDirectories(folder.getParent());
    Files.writeString(folder, "a file");

    assertThatThrownBy(() -> write(random(10))).isInstanceOf(IOException.class);
  }
}
