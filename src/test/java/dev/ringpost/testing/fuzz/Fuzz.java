package dev.ringpost.testing.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A run of spoilt inputs against one decoder. It fails with the seed and the input, kept in a file,
 * if an exception or an error escapes, if an input takes longer than {@link #LONGEST}, or if it
 * makes the decoder allocate more than {@link #MOST_ALLOCATED} and {@link #ALLOCATED_PER_BYTE} for
 * each of its bytes.
 *
 * <p>{@code -Dfuzz.inputs} says how many inputs each run has ({@code mvn verify -Pfuzz}: a
 * million), {@code -Dfuzz.seed} which ones.
 */
public final class Fuzz {

  /** Inputs of one run where nobody says how many. */
  private static final int USUAL_INPUTS = 3_000;

  /** Bound on one input: far above what a collection of garbage or another process costs. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** Bound on what one input may allocate, in bytes, with {@link #ALLOCATED_PER_BYTE}. */
  private static final long MOST_ALLOCATED = 4 * 1024 * 1024;

  /** Bound on what one input may allocate for each of its bytes. */
  private static final long ALLOCATED_PER_BYTE = 512;

  /** A decoder under trial. */
  public interface Decoder {

    /** Reads an input; what it throws has escaped. */
    void read(byte[] input) throws Exception;
  }

  private final String name;
  private final List<byte[]> good;
  private final List<byte[]> words;
  private final int share;
  private final long allocatedPerByte;

  private Fuzz(
      String name, List<byte[]> good, List<byte[]> words, int share, long allocatedPerByte) {
    this.name = name;
    this.good = good;
    this.words = words;
    this.share = share;
    this.allocatedPerByte = allocatedPerByte;
  }

  /**
   * A run for a decoder.
   *
   * @param name what the decoder is called if it fails
   * @param good inputs that it accepts
   */
  public static Fuzz of(String name, List<byte[]> good) {
    return new Fuzz(name, good, List.of(), 1, ALLOCATED_PER_BYTE);
  }

  /** A run of a part of the inputs only, for a decoder that is slow by nature. */
  public Fuzz part(int part) {
    return new Fuzz(name, good, words, part, allocatedPerByte);
  }

  /** A run of a decoder that may allocate more, for its input is the operator's own. */
  public Fuzz allocating(long perByte) {
    return new Fuzz(name, good, words, share, perByte);
  }

  /**
   * A run whose inputs have words that only this decoder meets. A word that no log may hold belongs
   * to a decoder of what is secret: Pushy logs what Apple answers as it came.
   */
  public Fuzz words(String... own) {
    List<byte[]> bytes = Arrays.stream(own).map(word -> word.getBytes(UTF_8)).toList();
    return new Fuzz(name, good, bytes, share, allocatedPerByte);
  }

  /** Reads all inputs, on a thread of its own. */
  public void run(Decoder decoder) throws InterruptedException {
    long seed = Long.getLong("fuzz.seed", name.hashCode());
    int inputs = Math.max(1, Integer.getInteger("fuzz.inputs", USUAL_INPUTS) / share);
    var now = new AtomicReference<byte @Nullable []>();
    var number = new AtomicInteger();
    var failure = new AtomicReference<@Nullable String>();
    Thread thread =
        Thread.ofPlatform()
            .name("fuzz-" + name)
            .daemon()
            .start(() -> failure.set(failure(decoder, seed, inputs, number, now)));
    int before = -1;
    while (!thread.join(LONGEST)) {
      int reading = number.get();
      if (reading == before) {
        throw new AssertionError(words("did not end within " + LONGEST, seed, now.get()));
      }
      before = reading;
    }
    String found = failure.get();
    if (found != null) {
      throw new AssertionError(found);
    }
  }

  private @Nullable String failure(
      Decoder decoder,
      long seed,
      int inputs,
      AtomicInteger number,
      AtomicReference<byte @Nullable []> now) {
    var mutator = new Mutator(new SplittableRandom(seed), good, words);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < inputs; i++) {
      byte[] input = i < good.size() ? good.get(i) : mutator.next();
      now.set(input);
      number.set(i);
      try {
        long allocated = allocated(decoder, input, threads);
        // Twice, for the first of its kind may load classes.
        if (isTooMuch(allocated, input) && isTooMuch(allocated(decoder, input, threads), input)) {
          return words("allocated " + allocated + " bytes", seed, input);
        }
      } catch (Throwable e) {
        return words("let out " + e + where(e), seed, input);
      }
    }
    return null;
  }

  private static long allocated(Decoder decoder, byte[] input, ThreadMXBean threads)
      throws Exception {
    byte[] own = input.clone();
    long before = threads.getCurrentThreadAllocatedBytes();
    decoder.read(own);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private boolean isTooMuch(long allocated, byte[] input) {
    return allocated > MOST_ALLOCATED + allocatedPerByte * input.length;
  }

  private static String where(Throwable escaped) {
    StackTraceElement[] trace = escaped.getStackTrace();
    return trace.length == 0 ? "" : " at " + trace[0];
  }

  private String words(String what, long seed, byte @Nullable [] input) {
    return name + " " + what + "; seed " + seed + ", the input is in " + kept(input);
  }

  private String kept(byte @Nullable [] input) {
    try {
      Path folder = Files.createDirectories(Path.of("target", "fuzz"));
      Path file = folder.resolve(name.replace(' ', '-'));
      return Files.write(file, input == null ? new byte[0] : input).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
